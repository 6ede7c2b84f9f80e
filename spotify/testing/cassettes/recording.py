"""`RecordingTransport`: records what passes through another transport, without what identifies a user."""

from __future__ import annotations

import re
from os import PathLike
from types import TracebackType
from typing import Final, Self
from urllib.parse import quote, unquote, urlsplit

from spotify._checks import check_flag, check_methods, is_json_array, is_json_object, path_of
from spotify.errors import TransportError
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.testing.cassettes.cassette import (
    CassetteFile,
    JsonDict,
    RecordedExchange,
    RecordedRequest,
    document_of,
    is_token_request,
)

_USER: Final = re.compile(r"(spotify:user:|/users?/)([^/:?#&\"\s]+)")
_SECRETS: Final = frozenset({"access_token", "refresh_token", "client_secret", "code", "code_verifier"})
_EMAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
_HIDDEN: Final = "***"


class Anonymizer:
    """Replaces user ids by `user-1`, `user-2` …, in order of appearance, and names, images and e-mail addresses."""

    def __init__(self) -> None:
        """Know no user."""
        self._aliases: Final[dict[str, str]] = {}

    def object(self, value: object) -> object:
        """Return JSON data without what identifies a user."""
        if isinstance(value, str):
            return self.text(value)
        if is_json_array(value):
            return [self.object(item) for item in value]
        if not is_json_object(value):
            return value
        found = {name: _HIDDEN if name in _SECRETS else self.object(member) for name, member in value.items()}
        return self._user(value, found) if _is_user(value) else found

    def text(self, value: str) -> str:
        """Return text without what identifies a user."""
        replaced = _USER.sub(lambda match: match[1] + quote(self._alias(unquote(match[2])), safe=""), value)
        return _EMAIL.sub("user@example.com", replaced)

    def _user(self, value: JsonDict, found: JsonDict) -> JsonDict:
        alias = self._alias(str(value.get("id") or value.get("account_id")))
        changes: JsonDict = {"id": alias, "account_id": alias, "display_name": alias, "images": []}
        return {**found, **{name: change for name, change in changes.items() if value.get(name) is not None}}

    def _alias(self, user_id: str) -> str:
        if user_id == "spotify" or user_id in self._aliases.values():
            return user_id
        return self._aliases.setdefault(user_id, f"user-{len(self._aliases) + 1}")


def _is_user(value: JsonDict) -> bool:
    return value.get("type") == "user" or "display_name" in value


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
