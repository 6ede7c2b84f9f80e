"""Whether a refusal is helpful and safe, and whether a request is well-formed."""

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

_PACKAGE = Path(spotify.__file__).parent
_TESTS = Path(__file__).parents[1]
_ADVICE = re.compile(
    r"\b(must|expected|one of|can be|has to|at most|there are|give|write|pass|cannot|needs|takes|use|wanted)\b"
)
# A path and a query of the characters that RFC 3986 allows, with complete escapes.
_TARGET = re.compile(
    r"(/(?:[\w\-.~!$&'()*+,;=:@]|%[0-9A-F]{2})+)+(\?(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9A-F]{2})*)?", re.ASCII
)
_MAX_MESSAGE = 400


class Recorder:
    """A `Transport` that records requests and responds to each with an empty JSON object."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        self.requests.append(request)
        return HttpResponse(status=200, headers={}, body=b"{}")

    async def close(self) -> None: ...


def client_over(transport: Recorder) -> AsyncSpotifyClient:
    """Return a client that knows its quota mode and does not retry."""
    return AsyncSpotifyClient(
        "token", transport=transport, clock=FakeClock(), config=ClientConfig(quota_mode="extended", max_retries=0)
    )


async def error_of(act: Callable[[], Awaitable[Any]]) -> Exception | None:
    """Return the error that a call raises before its request, None if it sends one."""
    try:
        await act()
    except SpotifyError:
        return None  # an empty object is not a valid response
    except Exception as error:  # noqa: BLE001  the caller judges it
        return error
    return None


def faults(error: Exception | None, named: str) -> list[str]:
    """Return the faults of a refusal.

    Args:
        error: The exception raised; None if there was none.
        named: A pattern that the message must contain.
    """
    if error is None:
        return ["it was accepted"]
    found: list[str] = []
    if type(error) not in {ValueError, TypeError}:
        found.append(f"{type(error).__name__} instead of ValueError or TypeError")
    # Errors can leave the library without its frames; the last one is then the test's.
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    if not any(file.is_relative_to(_PACKAGE) for file in files) and not files[-1].is_relative_to(_TESTS):
        found.append(f"it is raised in {files[-1]}")
    message = str(error)
    if len(message) > _MAX_MESSAGE:
        found.append(f"its message has {len(message)} characters")
    if not message.isprintable():
        found.append("its message is not printable")
    if any("s3cret" in str(each) for each in _chain(error)):
        found.append("a message shows the secret")
    if not re.search(named, message, re.IGNORECASE):
        found.append(f"it does not name {named}: {message[:_MAX_MESSAGE]}")
    if not _ADVICE.search(message):
        found.append(f"it does not say what to do: {message[:_MAX_MESSAGE]}")
    return found


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all exceptions that its traceback shows."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def is_well_formed(request: HttpRequest) -> bool:
    """Return whether the URL and the headers of a request cannot be parsed as anything else."""
    _, _, rest = request.url.partition("://")
    host, slash, target = rest.partition("/")
    headers = "".join(part for header in request.headers.items() for part in header)
    return (
        host == "api.spotify.com"
        and _TARGET.fullmatch(slash + target) is not None
        and headers.isascii()
        and headers.isprintable()
    )
