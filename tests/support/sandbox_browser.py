"""A browser for logins at a sandbox, whose consent page redirects at once."""

from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen


class SandboxBrowser:
    """Opens a URL and follows its redirects, as `open_browser` of a login.

    Attributes:
        urls: The URLs that were opened.
    """

    def __init__(self):
        self.urls = []

    def __call__(self, url):
        self.urls.append(url)
        try:
            with urlopen(url) as response:
                response.read()
        except HTTPError as error:
            error.close()  # the page that says that the login failed
        return True

    def scopes(self):
        """Return the scopes that the last login asked for."""
        return set(parse_qs(urlsplit(self.urls[-1]).query).get("scope", [""])[0].split())
