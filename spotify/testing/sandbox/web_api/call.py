"""What a handler works with: one authorized, checked call of an operation."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, cast
from urllib.parse import urlencode

from spotify.testing.sandbox.accounts.tokens import Session
from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.http.messages import JsonObject, Request, Response
from spotify.testing.sandbox.playback import Player
from spotify.testing.sandbox.shapes import Shapes, View
from spotify.testing.sandbox.shapes.base import page
from spotify.testing.sandbox.state.state import Library, State
from spotify.testing.sandbox.web_api.arguments import (
    FROM_TOKEN,
    LIMIT,
    MARKET,
    OFFSET,
    JsonBody,
    Parameter,
    checked_ids,
    parse_json,
    strings,
)
from spotify.testing.sandbox.web_api.errors import bad_request, forbidden
from spotify.testing.sandbox.web_api.quota import Quota
from spotify.testing.sandbox.web_api.search_index import SearchIndex

_Value = TypeVar("_Value")
_Entity = TypeVar("_Entity")


@dataclass(frozen=True, kw_only=True)
class SandboxData:
    """Everything that handlers reach: what there is, what users did, how it is written, what applications may have."""

    catalogue: Catalogue
    state: State
    shapes: Shapes
    quota: Quota

    @functools.cached_property
    def index(self) -> SearchIndex:
        """What search looks things up in; made when somebody searches."""
        return SearchIndex(self.catalogue, self.state.today)


class SandboxCall:
    """One call of an operation."""

    __slots__ = ("_values", "data", "request", "session", "url")

    def __init__(
        self,
        request: Request,
        session: Session,
        data: SandboxData,
        values: Mapping[Parameter[object], object],
        url: str,
    ) -> None:
        """`values` are those of the route's parameters; `url` is the request's, without its query."""
        self.request: Final = request
        self.session: Final = session
        self.data: Final = data
        self.url: Final = url
        self._values = values

    def __getitem__(self, parameter: Parameter[_Value]) -> _Value:
        return cast("_Value", self._values[parameter])

    @property
    def catalogue(self) -> Catalogue:
        """What there is."""
        return self.data.catalogue

    @property
    def state(self) -> State:
        """What users did."""
        return self.data.state

    @property
    def shapes(self) -> Shapes:
        """How it is written."""
        return self.data.shapes

    @property
    def quota(self) -> Quota:
        """What the application may have."""
        return self.data.quota

    @property
    def user(self) -> User:
        """Whom the token acts for; routes that need a user are not called without one."""
        if self.session.user is None:
            raise RuntimeError(f"{self.request.path}: the route must say that it needs a user")
        return self.session.user

    @property
    def library(self) -> Library:
        """The library of `user`."""
        return self.state.library(self.user)

    @property
    def player(self) -> Player:
        """The player of `user`, as it is now."""
        return self.state.player(self.user)

    def has_scope(self, scope: str) -> bool:
        """Whether the user allowed `scope`."""
        return scope in self.session.scopes

    def require_scope(self, scope: str) -> None:
        """Refuse the call unless the user allowed `scope`."""
        if scope not in self.session.scopes:
            raise forbidden("Insufficient client scope")

    def json(self, *, array_is: str | None = None) -> JsonBody:
        """The members of the request's JSON body; `array_is` names the one that a bare array stands for."""
        return JsonBody.parse(self.request.body, array_is=array_is)

    def ids_of_query_or_body(self, query_ids: Parameter[list[str]], most: int) -> list[str]:
        """The ids of the query or, without any there, of the body: `["…"]` or `{"ids": ["…"]}`."""
        if self[query_ids]:
            return self[query_ids]
        body = parse_json(self.request.body) if self.request.body else None
        found = self.json().strings("ids") if body is None or isinstance(body, dict) else strings(body, "ids")
        if not found:
            raise bad_request("Missing required field: ids")
        return checked_ids(found, most)

    @property
    def market(self) -> str | None:
        """The market that was asked for; None: all of them."""
        asked = self._values.get(MARKET)
        if asked == FROM_TOKEN:
            return self.session.user.country if self.session.user else None
        return cast("str | None", asked)

    @property
    def view(self) -> View:
        """How spoken content looks to the caller: it needs a market, the user's own if need be."""
        user = self.session.user
        resumes = user is not None and self.has_scope("user-read-playback-position")
        return View(
            market=self.market or (user.country if user else None),
            positions=self.library.positions if resumes else None,
        )

    def page(
        self,
        source: Sequence[_Entity],
        shape: Callable[[_Entity], object],
        limit: Parameter[int] = LIMIT,
        offset: Parameter[int] = OFFSET,
    ) -> JsonObject:
        """The page of `source` that was asked for."""
        start, count = self[offset], self[limit]
        kept = [pair for pair in self.request.query_pairs() if pair[0] not in {"limit", "offset"}]
        return page(
            self.url,
            [shape(entity) for entity in source[start : start + count]],
            total=len(source),
            limit=count,
            offset=start,
            query=urlencode(kept),
        )

    def several(
        self,
        name: str,
        ids: Iterable[str],
        entities: Mapping[str, _Entity],
        shape: Callable[[_Entity], object],
    ) -> Response:
        """The entities of `ids` in order under `name`, null for an id that there is not."""
        found = [shape(entities[each]) if each in entities else None for each in ids]
        return Response(body={name: found})
