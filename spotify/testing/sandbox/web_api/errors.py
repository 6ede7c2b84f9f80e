"""How Spotify refuses: one exception, and the messages that Spotify uses."""

from __future__ import annotations

from collections.abc import Mapping

from spotify.testing.sandbox.http.messages import Answer, JsonObject


class Refusal(Exception):  # noqa: N818  an answer on its way, not a fault
    """Ends the handling of a request with an error answer of the Web API."""

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, *, reason: str | None = None
    ) -> None:
        """`status`, `message` and, from the player, `reason` are what the error object says."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}
        self.reason = reason

    def answer(self) -> Answer:
        """The error object."""
        error: JsonObject = {"status": self.status, "message": self.message}
        if self.reason is not None:
            error["reason"] = self.reason
        return Answer(status=self.status, body={"error": error}, headers=self.headers)


def bad_request(message: str) -> Refusal:
    """The request itself is wrong."""
    return Refusal(400, message)


def unauthorized(message: str) -> Refusal:
    """No token, or none that is good."""
    challenge = f'Bearer realm="spotify", error="invalid_token", error_description="{message}"'
    return Refusal(401, message, {"WWW-Authenticate": challenge})


def forbidden(message: str) -> Refusal:
    """The token is good, but not for this."""
    return Refusal(403, message)


def removed(status: int) -> Refusal:
    """The operation is not for applications in development mode; nothing in the answer says so."""
    return Refusal(status, "Forbidden" if status == 403 else "Resource not found")


def not_found(message: str = "Resource not found") -> Refusal:
    """There is no such thing."""
    return Refusal(404, message)


def non_existing(uri: str) -> Refusal:
    """The catalogue's way of saying that there is no such thing."""
    return Refusal(404, f"Non existing id: '{uri}'")


def player_refusal(status: int, message: str, reason: str) -> Refusal:
    """The player does not do it; `reason` is one of Spotify's list."""
    return Refusal(status, f"Player command failed: {message}", reason=reason)


def no_active_device() -> Refusal:
    """The player has nothing to play on."""
    return player_refusal(404, "No active device found", "NO_ACTIVE_DEVICE")


def premium_required() -> Refusal:
    """The player takes no commands of users without Premium."""
    return player_refusal(403, "Premium required", "PREMIUM_REQUIRED")


def restricted() -> Refusal:
    """What plays does not let that be done."""
    return player_refusal(403, "Restriction violated", "UNKNOWN")
