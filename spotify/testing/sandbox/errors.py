"""How Spotify refuses: one exception, and the messages that Spotify uses."""

from __future__ import annotations

from collections.abc import Mapping

from spotify.testing.sandbox.messages import Answer


class Refusal(Exception):  # noqa: N818  an answer on its way, not a fault
    """Ends the handling of a request with an error answer of the Web API."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        """`status` and `message` are what the error object says."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}

    def answer(self) -> Answer:
        """The error object."""
        return Answer(
            status=self.status,
            body={"error": {"status": self.status, "message": self.message}},
            headers=self.headers,
        )


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


def not_found(message: str = "Resource not found") -> Refusal:
    """There is no such thing."""
    return Refusal(404, message)


def non_existing(uri: str) -> Refusal:
    """The catalogue's way of saying that there is no such thing."""
    return Refusal(404, f"Non existing id: '{uri}'")
