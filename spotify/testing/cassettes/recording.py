"""`RecordingTransport`: records what passes through another transport."""

from __future__ import annotations

from os import PathLike
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from spotify._checks import check_flag, check_methods, path_of
from spotify.errors import TransportError
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.testing.cassettes.anonymizer import Anonymizer
from spotify.testing.cassettes.cassette import (
    CassetteFile,
    JsonDict,
    RecordedExchange,
    RecordedRequest,
    document_of,
    is_token_request,
)


class RecordingTransport:
    """`Transport` around another one that records its requests and responses in a file, a cassette.

    ::

        async with RecordingTransport(AiohttpTransport(config), tmp_path / "albums.json") as transport:
            async with AsyncSpotifyClient(token, config=config, transport=transport) as client:
                album = await client.albums.get(album_id)

        async with AsyncSpotifyClient("any", transport=ReplayTransport(tmp_path / "albums.json")) as client:
            assert (await client.albums.get(album_id)).name == album.name

    Tokens, secrets and cookies are never recorded, and token requests are left out. User ids, names, images and e-mail
    addresses are replaced (`user-1`), so that the cassette can be shared; the names of playlists are not. The exchanges
    are in the order in which the requests were sent. The file is complete after each of them.
    """

    def __init__(self, inner: Transport, path: str | PathLike[str], *, anonymize: bool = True) -> None:
        """Start a new cassette; an older one at the same path is replaced.

        Args:
            inner: Sends the requests; `close` closes it.
            path: The file; its directory is created.
            anonymize: Whether to replace what identifies users.

        Raises:
            TypeError: An argument has the wrong type.
            OSError: The file cannot be written.
        """
        check_methods("inner", inner, ("send", "close"))
        check_flag("anonymize", anonymize)
        self._inner: Final = inner
        self._file: Final = CassetteFile(path_of("path", path))
        self._anonymizer: Final = Anonymizer() if anonymize else None
        # The exchanges that are not written because an earlier request has no response yet, by the order of sending.
        self._waiting: Final[dict[int, RecordedExchange | None]] = {}
        self._origins: Final[dict[int, str]] = {}
        self._sent = 0

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send the request and record it with its response, or with the `TransportError` that came instead."""
        if is_token_request(request):
            return await self._inner.send(request)
        number = self._sent = self._sent + 1
        parts = urlsplit(request.url)
        self._waiting[number], self._origins[number] = None, f"{parts.scheme}://{parts.netloc}"
        outcome: HttpResponse | TransportError | None = None
        try:
            outcome = response = await self._inner.send(request)
        except TransportError as error:
            outcome = error
            raise
        finally:
            if outcome is None:  # cancelled
                del self._waiting[number]
            else:
                self._waiting[number] = RecordedExchange(request=RecordedRequest.of(request), response=outcome)
            self._write_finished()
        return response

    async def close(self) -> None:
        """Close the inner transport."""
        await self._inner.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def _write_finished(self) -> None:
        for number in list(self._waiting):
            exchange = self._waiting[number]
            if exchange is None:
                return
            del self._waiting[number]
            self._file.append(self._document(exchange, self._origins.pop(number)))

    def _document(self, exchange: RecordedExchange, origin: str) -> JsonDict:
        document = document_of(exchange, origin)
        if self._anonymizer is None:
            return document
        return {name: self._anonymizer.object(member) for name, member in document.items()}
