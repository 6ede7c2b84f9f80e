"""What a error_of has to be like, and a request that goes out."""

from __future__ import annotations

import re
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import spotify
from spotify import AsyncSpotifyClient, ClientConfig, SpotifyError
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.testing import FakeClock

_OURS = Path(spotify.__file__).parent
_SAYS_WHAT_TO_DO = re.compile(
    r"\b(must|expected|one of|can be|has to|at most|there are|give|write|pass|cannot|needs|takes|use|wanted)\b"
)
# A path and a query of nothing but what RFC 3986 allows there, escapes whole.
_TARGET = re.compile(
    r"(/(?:[\w\-.~!$&'()*+,;=:@]|%[0-9A-F]{2})+)+(\?(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9A-F]{2})*)?", re.ASCII
)
_MOST_CHARACTERS = 400


class Recorder:
    """`Transport` that writes requests down, and answers each with an empty object."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        self.requests.append(request)
        return HttpResponse(status=200, headers={}, body=b"{}")

    async def close(self) -> None:
        """Nothing to close."""


def client_over(transport: Recorder) -> AsyncSpotifyClient:
    """Return a client that knows its quota mode and sends nothing twice."""
    return AsyncSpotifyClient(
        "token", transport=transport, clock=FakeClock(), config=ClientConfig(quota_mode="extended", max_retries=0)
    )


async def error_of(act: Callable[[], Awaitable[Any]]) -> Exception | None:
    """Return what comes of a call: the error that it raises before a request; None if it was carried out."""
    try:
        await act()
    except SpotifyError:
        return None  # an empty object is no answer that anybody wants
    except Exception as error:  # noqa: BLE001  what it is has to be judged
        return error
    return None


def faults(error: Exception | None, named: str) -> list[str]:
    """Return what is wrong with a error_of; nothing if it is as it should be.

    Args:
        error: What was raised; None for nothing.
        named: A pattern for what the message has to name.
    """
    if error is None:
        return ["it was accepted"]
    found: list[str] = []
    if type(error) not in {ValueError, TypeError}:
        found.append(f"{type(error).__name__} instead of ValueError or TypeError")
    raised_in = traceback.extract_tb(error.__traceback__)[-1].filename
    if not Path(raised_in).is_relative_to(_OURS):
        found.append(f"it is raised in {raised_in}")
    text = str(error)
    if len(text) > _MOST_CHARACTERS:
        found.append(f"its message has {len(text)} characters")
    if not text.isprintable():
        found.append("its message is not printable")
    if any("s3cret" in str(each) for each in _chain(error)):
        found.append("its message shows what the value holds")
    if not re.search(named, text, re.IGNORECASE):
        found.append(f"it does not name {named}: {text[:_MOST_CHARACTERS]}")
    if not _SAYS_WHAT_TO_DO.search(text):
        found.append(f"it does not say what to do: {text[:_MOST_CHARACTERS]}")
    return found


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all that is printed with it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def is_well_formed(request: HttpRequest) -> bool:
    """Return whether a request's line and headers are such that nothing else can be read into them."""
    _, _, rest = request.url.partition("://")
    host, slash, target = rest.partition("/")
    headers = "".join(text for header in request.headers.items() for text in header)
    return (
        host == "api.spotify.com"
        and _TARGET.fullmatch(slash + target) is not None
        and headers.isascii()
        and headers.isprintable()
    )
