"""The error responses of the accounts service."""

from __future__ import annotations

from spotify.testing.sandbox.http.messages import Response, redirect


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
    """Ends the handling of a request with a redirect that tells the application the error (RFC 6749 section 4.1.2.1).

    Attributes:
        location: The redirect URI with the error.
    """

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location

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
