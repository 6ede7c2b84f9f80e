"""The rules of `Serializer`."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NoReturn

from spotify.errors import DecodeError
from spotify.impl.serialization import MsgspecSerializer
from spotify.interfaces.serializer import Serializer
from spotify.models import Album, Playlist, SearchResult, Track
from spotify.testing.conformance.rules import require, run_rules
from spotify.testing.sandbox import SpotifySandbox

_SECRET: Final = "what the document says"  # noqa: S105  shown by no error


async def check_serializer(factory: Callable[[], Serializer]) -> None:
    """Check that a serializer returns the same objects as the default one, for documents of a sandbox.

    ::

        await check_serializer(MsgspecSerializer)

    Args:
        factory: Returns a new serializer.

    Raises:
        ConformanceError: It breaks rules; the message names them and says what happened.
    """
    check = _SerializerCheck(factory, await _documents())
    await run_rules(
        "serializer",
        [
            ("decodes as the default serializer does", check.decodes_alike),
            ("decodes built-in types", check.decodes_built_in_types),
            ("raises DecodeError for what is not JSON", check.refuses_what_is_not_json),
            ("keeps the document out of errors", check.shows_no_document),
            ("encodes compact JSON in UTF-8", check.encodes),
            ("refuses values without JSON representation", check.refuses_other_values),
            ("can be shared between threads", check.can_be_shared),
        ],
    )


async def _documents() -> list[tuple[type[Any], bytes]]:
    """Return documents of several models, also damaged ones, which are repaired."""
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        catalogue = sandbox.catalogue
        await client.albums.get(catalogue.long_album.id)
        await client.tracks.get(catalogue.relinked_track.id, market="US")
        await client.playlists.get(catalogue.mixed_playlist.id)
        await client.search.search("a", ["album", "artist", "track", "show"], limit=5)
        bodies = [exchange.response_body for exchange in sandbox.requests]
    documents = list(zip((Album, Track, Playlist, SearchResult), bodies, strict=True))
    damaged = json.loads(bodies[1])
    damaged |= {"duration_ms": "long", "artists": None, "popularity": 1.0, "new_member": [1]}
    return [*documents, (Track, json.dumps(damaged).encode())]


class _SerializerCheck:
    def __init__(self, factory: Callable[[], Serializer], documents: list[tuple[type[Any], bytes]]) -> None:
        self._factory = factory
        self._documents = documents
        self._expected = [MsgspecSerializer().decode(data, model) for model, data in documents]

    async def decodes_alike(self) -> None:
        serializer = self._factory()
        for (model, data), expected in zip(self._documents, self._expected, strict=True):
            require(serializer.decode(data, model) == expected, f"another {model.__name__} than the default serializer")

    async def decodes_built_in_types(self) -> None:
        require(self._factory().decode(b"[true,false]", list[bool]) == [True, False], "another list[bool]")

    async def refuses_what_is_not_json(self) -> None:
        for data in (b"", b"<html>", b'{"id": ', b'"\xff"', b"[1, 2"):
            self._refused(data)

    async def shows_no_document(self) -> None:
        error = self._refused(f'{{"name": "{_SECRET}", '.encode())
        causes = [error, error.__cause__, error.__context__]
        require(not any(_SECRET in repr(each) for each in causes), "an error shows the document")

    async def encodes(self) -> None:
        value = {"name": "é", "uris": ["a", "b"], "public": False, "position": 0, "nothing": None}
        data = self._factory().encode(value)
        expected = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        require(data == expected, f"{value} is encoded as {data!r}")

    async def refuses_other_values(self) -> None:
        serializer = self._factory()
        for value in (object(), {"a": {1, 2}.__iter__()}, float("nan")):
            try:
                data = serializer.encode(value)
            except (TypeError, ValueError):
                continue
            _fail(f"{value!r} is encoded as {data!r}")

    async def can_be_shared(self) -> None:
        serializer = self._factory()
        with ThreadPoolExecutor(4) as pool:
            track, data = self._documents[1]
            futures = [pool.submit(serializer.decode, data, track) for _ in range(16)]
            results = [future.result() for future in futures]
        require(results == self._expected[1:2] * 16, "concurrent calls returned other objects")

    def _refused(self, data: bytes) -> DecodeError:
        try:
            self._factory().decode(data, Album)
        except DecodeError as error:
            return error
        return _fail(f"{data!r} was decoded")


def _fail(what: str) -> NoReturn:
    raise AssertionError(what)
