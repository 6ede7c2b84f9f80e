"""`ReplayTransport`: returns recorded responses."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from os import PathLike
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from spotify._checks import check_flag, path_of
from spotify.errors import ClientClosedError, TransportError
from spotify.interfaces.transport import HttpRequest, HttpResponse, unsent
from spotify.testing.cassettes.cassette import (
    ORIGIN,
    RecordedExchange,
    RecordedRequest,
    is_token_request,
    read_cassette,
)

_TOKEN: Final = json.dumps({"access_token": "replayed", "token_type": "Bearer", "expires_in": 3600}).encode()


class UnrecordedRequestError(AssertionError):
    """A request that the cassette does not have; the message shows the nearest one."""

    sent = False
    """False: the request was not sent."""


class _DriftCollector(logging.Handler):
    def __init__(self, found: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "event", None) == "response_drift":
            damages = getattr(record, "damages", ())
            self._found.append(f"{getattr(record, 'model', '')}: {'; '.join(map(str, damages))}")


class ReplayTransport:
    """`Transport` without a network that returns the responses of a cassette of `RecordingTransport`.

    ::

        async with RecordingTransport(AiohttpTransport(config), tmp_path / "me.json") as recording:
            async with AsyncSpotifyClient(token, config=config, transport=recording) as client:
                await client.users.get_current_profile()

        transport = ReplayTransport(tmp_path / "me.json")
        async with AsyncSpotifyClient("any", transport=transport) as client:
            assert (await client.users.get_current_profile()).id == "user-1"
        transport.assert_all_requested()
        assert not transport.drift

    A request gets the response that was recorded for the same operation, arguments and body; each is returned once. A
    token request gets an invented token.
    """

    def __init__(self, path: str | PathLike[str], *, in_order: bool = False) -> None:
        """Read a cassette.

        Args:
            path: The file.
            in_order: Whether the requests must come in the recorded order.

        Raises:
            ValueError: It is not a cassette.
            OSError: It cannot be read.
        """
        check_flag("in_order", in_order)
        self.drift: Final[list[str]] = []
        """Where recorded responses differ from today's models: the model and the differences, as in the log event
        `response_drift`, for all clients of the process until `close`.
        """
        self._path: Final = path_of("path", path)
        self._recorded: Final = read_cassette(self._path)
        self._left: Final = list(self._recorded)
        self._in_order: Final = in_order
        self._closed = False
        self._collector: Final = _DriftCollector(self.drift)
        logging.getLogger("spotify").addHandler(self._collector)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Return the recorded response, or raise the recorded `TransportError`.

        Raises:
            UnrecordedRequestError: There is none, or it was returned before.
            ClientClosedError: The transport is closed.
        """
        if self._closed:
            raise unsent(ClientClosedError("the transport is closed"))
        if is_token_request(request):
            return HttpResponse(status=200, headers={"content-type": "application/json"}, body=_TOKEN)
        wanted = RecordedRequest.of(request)
        candidates = self._left[:1] if self._in_order else self._left
        found = next((each for each in candidates if not wanted.differences(each.request)), None)
        if found is None:
            raise UnrecordedRequestError(self._advice(wanted))
        self._left.remove(found)
        if isinstance(found.response, TransportError):
            raise type(found.response)(str(found.response), sent=found.response.sent)
        parts = urlsplit(request.url)
        body = found.response.body.replace(ORIGIN.encode(), f"{parts.scheme}://{parts.netloc}".encode())
        return replace(found.response, body=body)

    async def close(self) -> None:
        """Reject later requests, and stop to collect `drift`."""
        self._closed = True
        logging.getLogger("spotify").removeHandler(self._collector)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def assert_all_requested(self) -> None:
        """Check that all recorded requests came.

        Raises:
            AssertionError: One did not.
        """
        if self._left:
            left = "\n".join(f"  {each.request}" for each in self._left)
            raise AssertionError(f"recorded in {self._path}, but not requested:\n{left}")

    def _advice(self, wanted: RecordedRequest) -> str:
        record = "Record it again (pytest: --spotify-record=all)"
        again = [each for each in self._recorded if not wanted.differences(each.request)]
        if self._in_order and self._left:
            return (
                f"{self._path} has another request next: {self._left[0].request}, not {wanted}. {record}, or use "
                f"in_order=False"
            )
        if again:
            times = "once" if len(again) == 1 else f"{len(again)} times"
            return f"{wanted} is recorded {times} in {self._path}, and was requested once more. {record}"
        nearest = self._nearest(wanted)
        if nearest is None:
            return f"{wanted} is not recorded in {self._path}, which has no requests. {record}"
        differences = "\n".join(f"  {difference}" for difference in wanted.differences(nearest.request))
        return f"{wanted} is not recorded in {self._path}. {record}. The nearest is {nearest.request}:\n{differences}"

    def _nearest(self, wanted: RecordedRequest) -> RecordedExchange | None:
        def distance(exchange: RecordedExchange) -> tuple[bool, int]:
            differences = wanted.differences(exchange.request)
            return exchange.request.operation != wanted.operation, len(differences)

        return min(self._recorded, key=distance, default=None)
