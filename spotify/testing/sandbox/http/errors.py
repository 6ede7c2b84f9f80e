"""The errors of the Web API and of the accounts service, with the messages of Spotify."""

from __future__ import annotations

from collections.abc import Mapping

from spotify.testing.sandbox.http.messages import JsonObject, Response, redirect


class WebApiError(Exception):
    """Ends the handling of a request with an error response."""

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None, *, reason: str | None = None
    ) -> None:
        """`status`, `message` and, for the player, `reason` are the fields of the error object."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}
        self.reason = reason

    def response(self) -> Response:
        """Return the response with the error object."""
        error: JsonObject = {"status": self.status, "message": self.message}
        if self.reason is not None:
            error["reason"] = self.reason
        return Response(status=self.status, body={"error": error}, headers=self.headers)


class PlainTextError(WebApiError):
    """An error whose response is a line of plain text, without an error object."""

    def response(self) -> Response:
        """Return the response with the text."""
        return Response(
            status=self.status,
            body=self.message.encode(),
            headers=self.headers,
            content_type="text/plain; charset=utf-8",
        )


def bad_request(message: str) -> WebApiError:
    """Return the error for an invalid request."""
    return WebApiError(400, message)


def missing_field(name: str) -> WebApiError:
    """Return the error for a missing parameter or field of the body."""
    return WebApiError(400, f"Missing required field: {name}")


def invalid_field(name: str) -> WebApiError:
    """Return the error for a field of the body with a value of the wrong type."""
    return WebApiError(400, f"Invalid value for field: {name}")


def unauthorized(message: str) -> WebApiError:
    """Return the error for a missing or invalid token."""
    challenge = f'Bearer realm="spotify", error="invalid_token", error_description="{message}"'
    return WebApiError(401, message, {"WWW-Authenticate": challenge})


def forbidden(message: str) -> WebApiError:
    """Return the error for a valid token that does not permit the operation."""
    return WebApiError(403, message)


def insufficient_scope() -> WebApiError:
    """Return the error for a token without a required scope."""
    return forbidden("Insufficient client scope")


def permissions_missing() -> WebApiError:
    """Return the error of the player for a token without a required scope. Its status is that of an invalid token."""
    return WebApiError(401, "Permissions missing")


def owner_premium_required() -> WebApiError:
    """Return the error of all operations if the owner of an application in development mode does not have Premium."""
    return PlainTextError(
        403,
        "Active premium subscription required for the owner of the app. When the subscription status changes, it can "
        "take a few hours before requests are allowed again.",
    )


def user_not_registered() -> WebApiError:
    """Return the error of all operations for a user who is not on the list of an application in development mode."""
    return PlainTextError(403, "User not registered in the Developer Dashboard")


def rate_limit_exceeded(retry_after: int) -> WebApiError:
    """Return the error for a call beyond a rate limit."""
    return WebApiError(429, "API rate limit exceeded", {"Retry-After": str(retry_after)})


def quota_exceeded(retry_after: int | None) -> WebApiError:
    """Return the error for a call beyond the daily quota; None omits `Retry-After`."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return WebApiError(429, "Too many requests", headers, reason="QUOTA_EXCEEDED")


def unavailable(status: int) -> WebApiError:
    """Return the error for an operation that development mode lacks. Its message does not tell the reason."""
    return WebApiError(status, "Forbidden" if status == 403 else "Resource not found")


def not_found(message: str = "Resource not found") -> WebApiError:
    """Return the error for an object that does not exist."""
    return WebApiError(404, message)


def non_existing(uri: str) -> WebApiError:
    """Return the error for an artist, album or track that does not exist."""
    return WebApiError(404, f"Non existing id: '{uri}'")


def player_error(status: int, message: str, reason: str) -> WebApiError:
    """Return an error of the player; `reason` is one of Spotify's player error reasons."""
    return WebApiError(status, f"Player command failed: {message}", reason=reason)


def no_active_device() -> WebApiError:
    """Return the error for a command without an active device."""
    return player_error(404, "No active device found", "NO_ACTIVE_DEVICE")


def premium_required() -> WebApiError:
    """Return the error for a command of a user without Premium."""
    return player_error(403, "Premium required", "PREMIUM_REQUIRED")


def restricted() -> WebApiError:
    """Return the error for a command that the current playback disallows."""
    return player_error(403, "Restriction violated", "UNKNOWN")


class OAuthError(Exception):
    """Ends the handling of a request with an error response of the token endpoint (RFC 6749 section 5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        """`error` is an error code of OAuth, such as `invalid_grant`."""
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status

    def response(self) -> Response:
        """Return the error object, whose members are not those of the Web API's."""
        return Response(status=self.status, body={"error": self.error, "error_description": self.description})


class AuthorizePageError(Exception):
    """Ends the handling of a request with a line of plain text for the user, without a redirect."""

    def response(self) -> Response:
        """Return a 400 with the text."""
        return Response(status=400, body=str(self).encode(), content_type="text/plain; charset=utf-8")


class RedirectError(Exception):
    """Ends the handling of a request with a redirect that has the error for the application (RFC 6749, 4.1.2.1)."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location
        """The redirect URI with the error."""

    def response(self) -> Response:
        """Return the redirect."""
        return redirect(self.location)


def invalid_grant(description: str) -> OAuthError:
    """Return the error for a code or refresh token that is invalid, expired or revoked."""
    return OAuthError("invalid_grant", description)


def invalid_request(description: str) -> OAuthError:
    """Return the error for a parameter that is missing or malformed."""
    return OAuthError("invalid_request", description)


def invalid_client(description: str) -> OAuthError:
    """Return the error for an unknown application, or a missing or wrong client secret."""
    return OAuthError("invalid_client", description)
