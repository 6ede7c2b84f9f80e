"""How operations are declared (`RouteTable`, `Route`) and called (`SandboxCall`)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar, cast
from urllib.parse import urlencode

from spotify.testing.sandbox.accounts.access import Session
from spotify.testing.sandbox.catalogue import Catalogue, PlayableItem, User
from spotify.testing.sandbox.http.errors import bad_request, insufficient_scope, missing_field
from spotify.testing.sandbox.http.messages import JsonObject, Request, Response
from spotify.testing.sandbox.playback import Player
from spotify.testing.sandbox.quota import Quota
from spotify.testing.sandbox.shapes import Shapes, SpokenWordView
from spotify.testing.sandbox.shapes.base import page
from spotify.testing.sandbox.state import Library, State
from spotify.testing.sandbox.web_api.arguments import (
    LIMIT,
    MARKET,
    OFFSET,
    USER_MARKET,
    JsonBody,
    Parameter,
    check_ids,
    parse_item_uri,
)
from spotify.testing.sandbox.web_api.search_index import SearchIndex

_Value = TypeVar("_Value")
_Entity = TypeVar("_Entity")


@dataclass(frozen=True, kw_only=True)
class SandboxData:
    """Everything that handlers read and change."""

    catalogue: Catalogue
    state: State
    shapes: Shapes
    quota: Quota
    bare_saved_audiobooks: bool

    @functools.cached_property
    def search_index(self) -> SearchIndex:
        """The index for searches, created when it is first used."""
        return SearchIndex(self.catalogue, self.state.today)

    def forget(self) -> None:
        """Forget what was made from the catalogue, after a change of it."""
        self.shapes.forget()
        vars(self).pop("search_index", None)


class SandboxCall:
    """One authorized call of an operation.

    `call[PARAMETER]` is the value of a parameter of the route.
    """

    __slots__ = ("_values", "catalogue", "data", "quota", "request", "session", "shapes", "state", "url")

    def __init__(
        self,
        request: Request,
        session: Session,
        data: SandboxData,
        values: Mapping[Parameter[object], object],
        url: str,
    ) -> None:
        """`values` has the values of all parameters of the route."""
        self.request: Final = request
        """The HTTP request."""
        self.url: Final = url
        """The URL of the request, without its query."""
        self.session: Final = session
        """The user and the scopes of the token."""
        self.data: Final = data
        """Everything that handlers read and change; `catalogue`, `state`, `shapes` and `quota` are its parts."""
        self.catalogue: Final = data.catalogue
        self.state: Final = data.state
        self.shapes: Final = data.shapes
        self.quota: Final = data.quota
        self._values = values

    def __getitem__(self, parameter: Parameter[_Value]) -> _Value:
        return cast("_Value", self._values[parameter])

    @property
    def user(self) -> User:
        """The user of the token. Only routes with `needs_user` may use it."""
        if self.session.user is None:
            raise RuntimeError(f"{self.request.path}: the route must be declared with user=True")
        return self.session.user

    @property
    def library(self) -> Library:
        """The library of `user`."""
        return self.state.library(self.user)

    @property
    def player(self) -> Player:
        """The player of `user`, updated to the current time."""
        return self.state.player(self.user)

    def has_scope(self, scope: str) -> bool:
        """Return whether the token has `scope`."""
        return scope in self.session.scopes

    def require_scope(self, scope: str) -> None:
        """Raise `WebApiError` unless the token has `scope`."""
        if scope not in self.session.scopes:
            raise insufficient_scope()

    @property
    def market(self) -> str | None:
        """The requested market; None if none was requested."""
        market = self[MARKET] if MARKET in self._values else None
        if market == USER_MARKET:
            return self.session.user.country if self.session.user else None
        return market

    @property
    def market_or_country(self) -> str | None:
        """The requested market, or else the country of the user."""
        return self.market or (self.session.user.country if self.session.user else None)

    @property
    def view(self) -> SpokenWordView:
        """The facts on which shows, episodes, audiobooks and chapters depend."""
        has_positions = self.session.user is not None and self.has_scope("user-read-playback-position")
        return SpokenWordView(
            market=self.market_or_country, positions=self.library.positions if has_positions else None
        )

    def json(self, *, array_field: str | None = None) -> JsonBody:
        """Return the JSON body; see `JsonBody.parse`."""
        return JsonBody.parse(self.request.body, array_field=array_field)

    def ids_of_query_or_body(self, query_ids: Parameter[list[str]], maximum: int) -> list[str]:
        """Return the ids in the query or else in the body, which is `["…"]` or `{"ids": ["…"]}`."""
        if self[query_ids]:
            return self[query_ids]
        ids = self.json(array_field="ids").strings("ids")
        if not ids:
            raise missing_field("ids")
        return check_ids(ids, maximum)

    def find_items(self, uris: Sequence[str] | None) -> list[PlayableItem]:
        """Return the tracks and episodes of `uris`.

        Raises:
            WebApiError: There are no URIs, or one is not the URI of a track or episode that exists.
        """
        if not uris:
            raise bad_request("No uris provided.")
        items: list[PlayableItem] = []
        for uri in uris:
            item = self.catalogue.find_item(parse_item_uri(uri))
            if item is None:
                raise bad_request("Payload contains a non-existing ID")
            items.append(item)
        return items

    def page(
        self,
        entities: Sequence[_Entity],
        build: Callable[[_Entity], object],
        limit: Parameter[int] = LIMIT,
    ) -> JsonObject:
        """Return the requested page of `entities`; `build` makes the JSON objects."""
        start, count = self[OFFSET], self[limit]
        query = [pair for pair in self.request.query_pairs() if pair[0] not in {"limit", "offset"}]
        return page(
            self.url,
            [build(entity) for entity in entities[start : start + count]],
            total=len(entities),
            limit=count,
            offset=start,
            query=urlencode(query),
        )

    def several(
        self,
        name: str,
        ids: Iterable[str],
        entities: Mapping[str, _Entity],
        build: Callable[[_Entity], object],
    ) -> Response:
        """Return a response with the entities of `ids` in order, null for unknown ids, in the field `name`."""
        found = (entities.get(entity_id) for entity_id in ids)
        return Response(body={name: [None if entity is None else build(entity) for entity in found]})


Handler = Callable[[SandboxCall], Response]
ErrorStatus = Literal[403, 404]
MissingScopeStatus = Literal[401, 403]
Caching = Literal["catalogue", "state", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An operation."""

    operation_id: str
    """The id in the API description."""
    method: str
    """The HTTP method."""
    path: str
    """The path template, such as `/albums/{id}/tracks`."""
    handler: Handler
    """Returns the response."""
    parameters: tuple[Parameter[object], ...]
    """The path and query parameters, which are parsed before the handler is called."""
    scopes: frozenset[str]
    """The required scopes."""
    missing_scope_status: MissingScopeStatus
    """The status of the error response if the token does not have them."""
    needs_user: bool
    """Whether the token must have a user."""
    needs_premium: bool
    """Whether the user must have Premium."""
    development_status: ErrorStatus | None
    """The status of the error response in development mode; None if the mode has the operation."""
    caching: Caching
    """What the response to a GET depends on, besides the request and its user: nothing (`catalogue`, with an `ETag`),
    the state (`state`), or also the time (`never`).
    """


class RouteTable:
    """The routes of one area, declared by decorators on their handlers."""

    def __init__(self, *, missing_scope_status: MissingScopeStatus = 403) -> None:
        """Create an empty table; see `Route` for the status."""
        self._routes: list[Route] = []
        self._missing_scope_status: MissingScopeStatus = missing_scope_status

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def route(
        self,
        method: str,
        path: str,
        operation_id: str,
        *parameters: Parameter[object],
        scopes: Iterable[str] = (),
        missing_scope_status: MissingScopeStatus | None = None,
        user: bool = False,
        premium: bool = False,
        development_status: ErrorStatus | None = None,
        caching: Caching = "state",
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the handler of an operation.

        Args:
            method: The HTTP method.
            path: The path template.
            operation_id: The id in the API description.
            *parameters: The path and query parameters.
            scopes: The required scopes.
            missing_scope_status: See `Route`; None for that of the table.
            user: Whether the token must have a user. It is implied by scopes, a path below `/me`, and methods other
                than GET.
            premium: Whether the user must have Premium.
            development_status: See `Route`.
            caching: See `Route`. Ignored for methods other than GET.
        """

        def declare(handler: Handler) -> Handler:
            required_scopes = frozenset(scopes)
            self._routes.append(
                Route(
                    operation_id=operation_id,
                    method=method,
                    path=path,
                    handler=handler,
                    parameters=parameters,
                    scopes=required_scopes,
                    missing_scope_status=missing_scope_status or self._missing_scope_status,
                    needs_user=user or bool(required_scopes) or path.startswith("/me") or method != "GET",
                    needs_premium=premium,
                    development_status=development_status,
                    caching=caching if method == "GET" else "never",
                )
            )
            return handler

        return declare
