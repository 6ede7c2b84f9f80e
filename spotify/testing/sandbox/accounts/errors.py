"""How the accounts service refuses, and the words that it uses."""

from __future__ import annotations

from spotify.testing.sandbox.http.messages import Response


class OAuthError(Exception):
    """Ends the handling of a request with an error answer of the token endpoint."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        """`error` is one of OAuth's codes."""
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status

    def response(self) -> Response:
        """The error object of RFC 6749, which is not that of the Web API."""
        return Response(status=self.status, body={"error": self.error, "error_description": self.description})


class PageError(Exception):
    """Ends the handling of a request with a line of text for the person at the browser, who is sent nowhere."""

    def response(self) -> Response:
        """The line."""
        return Response(status=400, body=str(self).encode(), content_type="text/plain; charset=utf-8")


class RedirectError(Exception):
    """Ends the handling of a request by sending the person back to the application with an error.

    Attributes:
        location: Where to.
    """

    def __init__(self, location: str) -> None:
        """`location` is the redirect URI with the error."""
        super().__init__(location)
        self.location = location


def invalid_grant(description: str) -> OAuthError:
    """The code or refresh token is not good, or not good for this."""
    return OAuthError("invalid_grant", description)


def invalid_request(description: str) -> OAuthError:
    """A parameter is missing or malformed."""
    return OAuthError("invalid_request", description)


def invalid_client(description: str) -> OAuthError:
    """The application is not known, or has not shown its secret."""
    return OAuthError("invalid_client", description)
