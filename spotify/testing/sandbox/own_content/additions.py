"""`Additions`: the content and the state of a sandbox, and what the methods that add to it share."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias, TypeVar

from spotify._checks import check_number, check_range, check_text, each_of, strings_of
from spotify._event_loops import thread_lock
from spotify.testing.sandbox.catalogue import (
    Catalogue,
    CatalogueKind,
    Content,
    Entity,
    MarketSet,
    PlayableItem,
    content_of,
)
from spotify.testing.sandbox.catalogue.entities import WORLD, DatePrecision, SpotifyUri, is_base62_id
from spotify.testing.sandbox.catalogue.names import new_id
from spotify.testing.sandbox.state import State

Duration: TypeAlias = float | dt.timedelta
_AnyEntity = TypeVar("_AnyEntity", bound=Entity)
RELEASE_DATE: Final = "2026-01-01"
_DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_PRECISIONS: Final[dict[int, DatePrecision]] = {4: "year", 7: "month", 10: "day"}


class Additions:
    """The content of one sandbox."""

    def __init__(self, seed: int, kind: CatalogueKind, time: Callable[[], float]) -> None:
        """Create the initial content of a seed; `time` returns the seconds since the epoch."""
        self._generated = content_of(seed, kind)
        self._content = Content(seed, self._generated)
        self.catalogue: Final = Catalogue(seed, self._content)
        """The albums, tracks, users and so on, to pick ids from."""
        self._state = State(self.catalogue, time)
        self._ids = random.Random(f"additions to {seed}")
        # A sandbox may serve its requests in another thread than the one that calls its methods.
        self._lock: Final = thread_lock()

    def _reset_content(self) -> None:
        """Remove all additions and changes."""
        self._content.reset(self._generated)
        self._ids.seed(f"additions to {self.catalogue.seed}")
        self._state.reset()

    def _new_id(self, id: str | None) -> str:
        """Return `id`, or by default a new one; the same additions get the same ids.

        Raises:
            ValueError: `id` does not have the form of a Spotify id.
        """
        if id is None:
            return new_id(self._ids)
        check_text("id", id)
        if not is_base62_id(id):
            raise ValueError(f"id must have 22 base62 digits, as Spotify's ids have, not {id!r}")
        return id

    def _find(self, name: str, value: str, kinds: tuple[str, ...]) -> Entity:
        """Return the entity of a URI.

        Raises:
            ValueError: It is not the URI of an entity of these kinds that exists.
        """
        uri = SpotifyUri.parse(value)
        if uri is None or uri.kind not in kinds:
            raise ValueError(f"{name} must be the URI of {' or '.join(kinds)}, not {value!r}")
        found: Entity | None = self.catalogue.find(uri.kind, uri.id)
        if uri.kind == "playlist":
            found = self.catalogue.playlist_by_id.get(uri.id)
        if found is None:
            raise ValueError(f"{name}: the catalogue has no {value}; add it first")
        return found

    def _items(self, name: str, items: Iterable[PlayableItem | str]) -> list[PlayableItem]:
        """Return tracks and episodes; a string is the URI of one."""
        found: list[PlayableItem] = []
        for item in each_of(items, f"{name} must be tracks, episodes or their URIs"):
            if isinstance(item, PlayableItem):
                found.append(self._own(name, item))
                continue
            entity = self._find(name, item, ("track", "episode"))
            if isinstance(entity, PlayableItem):
                found.append(entity)
        return found

    def _own(self, name: str, entity: _AnyEntity) -> _AnyEntity:
        """Return `entity`.

        Raises:
            ValueError: It is of another sandbox, or was removed by `reset`.
        """
        if self.catalogue.find(entity.kind, entity.id) is not entity:
            raise ValueError(f"{name}: {entity.uri} is not in this sandbox's catalogue; add it first")
        return entity


def milliseconds(name: str, duration: Duration) -> int:
    """Return a duration in milliseconds; a number is in seconds.

    Raises:
        ValueError: It is not positive.
    """
    seconds = duration.total_seconds() if isinstance(duration, dt.timedelta) else duration
    return max(1, round(check_number(name, seconds, above=0) * 1000))


def market_set(markets: Iterable[str] | None) -> MarketSet:
    """Return the markets in which something is available; None for all."""
    return WORLD if markets is None else MarketSet(tuple(sorted(set(strings_of("markets", markets)))))


def parse_date(value: str) -> tuple[str, DatePrecision]:
    """Return a date and its precision.

    Raises:
        ValueError: It is not a year, `YYYY-MM` or `YYYY-MM-DD`.
    """
    check_text("release_date", value)
    if not _DATE.fullmatch(value):
        raise ValueError(f"release_date must be YYYY, YYYY-MM or YYYY-MM-DD, not {value!r}")
    return value, _PRECISIONS[len(value)]


def percent(name: str, value: int) -> int:
    """Return a number from 0 to 100.

    Raises:
        ValueError: It is not.
    """
    return check_range(name, value, at_least=0, at_most=100)
