"""The services that read the catalogue, and decorators that run a check of a test for each of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from spotify.client import AsyncSpotifyClient
from spotify.testing import FakeTransport, SpotifySandbox
from spotify.testing.sandbox import Catalogue
from tests.support.failures import async_failures

CaseT = TypeVar("CaseT")

OnlineCheck: TypeAlias = Callable[[CaseT, AsyncSpotifyClient, SpotifySandbox], Awaitable[None]]
OnlineTest: TypeAlias = Callable[[AsyncSpotifyClient, SpotifySandbox], Awaitable[None]]
OfflineCheck: TypeAlias = Callable[[CaseT, AsyncSpotifyClient], Awaitable[None]]

UNKNOWN_ID = "0" * 22


@dataclass(frozen=True)
class Area:
    """A service of the catalogue; `name` is its attribute of the client and the attribute of its objects."""

    name: str
    kind: str
    max_ids: int

    def service(self, client: AsyncSpotifyClient) -> Any:
        return getattr(client, self.name)

    def objects(self, sandbox: SpotifySandbox, count: int) -> list[Any]:
        return list(getattr(sandbox.catalogue, self.name)[:count])

    def ids(self, sandbox: SpotifySandbox, count: int) -> list[str]:
        """Return `count` different ids; the last ones are unknown if the sandbox has fewer objects."""
        known = [item.id for item in self.objects(sandbox, count)]
        return known + [f"{number:022}" for number in range(count - len(known))]


@dataclass(frozen=True)
class Listing:
    """A method that lists the parts of an object, which has more than one page of them."""

    service: str
    method: str
    parent: Callable[[Catalogue], Any]
    parts: str
    development_max_limit: int = 50
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def call(self, client: AsyncSpotifyClient, id: str, **arguments: Any) -> Any:
        return getattr(getattr(client, self.service), self.method)(id, **self.arguments, **arguments)

    def call_parent(self, client: AsyncSpotifyClient, sandbox: SpotifySandbox, **arguments: Any) -> Any:
        return self.call(client, self.parent(sandbox.catalogue).id, **arguments)

    def expected_ids(self, sandbox: SpotifySandbox) -> list[str]:
        return [part.id for part in getattr(self.parent(sandbox.catalogue), self.parts)]

    def max_limit(self, sandbox: SpotifySandbox) -> int:
        return 50 if sandbox.quota_mode == "extended" else self.development_max_limit


AREAS = {
    area.name: area
    for area in (
        Area("albums", "album", 20),
        Area("artists", "artist", 50),
        Area("audiobooks", "audiobook", 50),
        Area("chapters", "chapter", 50),
        Area("episodes", "episode", 50),
        Area("shows", "show", 50),
        Area("tracks", "track", 50),
    )
}
AREAS_WITH_MARKET = {name: area for name, area in AREAS.items() if name != "artists"}
AREAS_IN_LIBRARY = {name: area for name, area in AREAS.items() if name not in {"artists", "chapters"}}

LISTINGS = {
    f"{listing.service}.{listing.method}": listing
    for listing in (
        Listing("albums", "get_tracks", lambda catalogue: catalogue.long_album, "tracks"),
        Listing("audiobooks", "get_chapters", lambda catalogue: catalogue.long_audiobook, "chapters"),
        Listing("shows", "get_episodes", lambda catalogue: catalogue.long_show, "episodes"),
        Listing(
            "artists",
            "get_albums",
            lambda catalogue: catalogue.artists[-1],
            "albums",
            development_max_limit=10,
            arguments={"include_groups": ["compilation"]},
        ),
    )
}


def online(cases: Mapping[str, CaseT]) -> Callable[[OnlineCheck[CaseT]], OnlineTest]:
    """Make one test of a check: it runs for every case in one sandbox, and reports all cases that fail."""

    def make_test(check: OnlineCheck[CaseT]) -> OnlineTest:
        async def test(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
            assert await async_failures(lambda case: check(case, client, sandbox), cases) == {}

        return test

    return make_test


def offline(cases: Mapping[str, CaseT]) -> Callable[[OfflineCheck[CaseT]], Callable[[], Awaitable[None]]]:
    """Make one test of a check: it runs for every case, reports all that fail, and no request may be sent."""

    def make_test(check: OfflineCheck[CaseT]) -> Callable[[], Awaitable[None]]:
        async def test() -> None:
            transport = FakeTransport()
            async with AsyncSpotifyClient("token", transport=transport) as client:
                assert await async_failures(lambda case: check(case, client), cases) == {}
            assert transport.requests == []

        return test

    return make_test
