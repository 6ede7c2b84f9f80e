"""How Spotify refuses: one exception, and the messages that Spotify uses."""

from __future__ import annotations

from collections.abc import Mapping

from spotify.testing.sandbox.http.messages import JsonObject, Response


class WebApiError(Exception):
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

    def response(self) -> Response:
        """The error object."""
        error: JsonObject = {"status": self.status, "message": self.message}
        if self.reason is not None:
            error["reason"] = self.reason
        return Response(status=self.status, body={"error": error}, headers=self.headers)


def bad_request(message: str) -> WebApiError:
    """The request itself is wrong."""
    return WebApiError(400, message)


def unauthorized(message: str) -> WebApiError:
    """No token, or none that is good."""
    challenge = f'Bearer realm="spotify", error="invalid_token", error_description="{message}"'
    return WebApiError(401, message, {"WWW-Authenticate": challenge})


def forbidden(message: str) -> WebApiError:
    """The token is good, but not for this."""
    return WebApiError(403, message)


def removed(status: int) -> WebApiError:
    """The operation is not for applications in development mode; nothing in the answer says so."""
    return WebApiError(status, "Forbidden" if status == 403 else "Resource not found")


def not_found(message: str = "Resource not found") -> WebApiError:
    """There is no such thing."""
    return WebApiError(404, message)


def non_existing(uri: str) -> WebApiError:
    """The catalogue's way of saying that there is no such thing."""
    return WebApiError(404, f"Non existing id: '{uri}'")


def player_error(status: int, message: str, reason: str) -> WebApiError:
    """The player does not do it; `reason` is one of Spotify's list."""
    return WebApiError(status, f"Player command failed: {message}", reason=reason)


def no_active_device() -> WebApiError:
    """The player has nothing to play on."""
    return player_error(404, "No active device found", "NO_ACTIVE_DEVICE")


def premium_required() -> WebApiError:
    """The player takes no commands of users without Premium."""
    return player_error(403, "Premium required", "PREMIUM_REQUIRED")


def restricted() -> WebApiError:
    """What plays does not let that be done."""
    return player_error(403, "Restriction violated", "UNKNOWN")
