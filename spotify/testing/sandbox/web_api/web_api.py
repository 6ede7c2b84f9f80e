"""The Web API: from a request to its answer.

The order of the checks is Spotify's as far as it can be seen from outside: the path, the token, what
the application's quota mode lacks, the scopes, the parameters, and then what the operation itself refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from spotify.testing.sandbox.accounts.tokens import Session, Tokens
from spotify.testing.sandbox.http.messages import EncodedResponse, Request, ResponseCache, encode, etag, not_modified
from spotify.testing.sandbox.web_api.arguments import Parameter
from spotify.testing.sandbox.web_api.call import SandboxCall, SandboxData
from spotify.testing.sandbox.web_api.errors import WebApiError, forbidden, premium_required, removed, unauthorized
from spotify.testing.sandbox.web_api.routes import WEB_API
from spotify.testing.sandbox.web_api.routing import Route

_VARY: Final = "Authorization, Accept-Encoding"


class WebApi:
    """Answers the requests below `/v1`."""

    def __init__(self, data: SandboxData, tokens: Tokens) -> None:
        """`data` is what there is, `tokens` who may see it."""
        self._data = data
        self._tokens = tokens
        self._cache = ResponseCache()

    def handle(self, request: Request) -> tuple[str | None, EncodedResponse]:
        """The operation id of what was called, if it is one, and the answer."""
        operation_id = None
        try:
            route, path_values = WEB_API.match(request.method, request.path)
            operation_id = route.operation_id
            session = self._tokens.authenticate(request.headers.get("Authorization"))
            if route.development_refusal is not None and self._data.quota.is_development:
                raise removed(route.development_refusal)
            _authorize(route, session)
            return operation_id, self._authorized(route, path_values, request, session)
        except WebApiError as error:
            return operation_id, encode(error.response())

    def _authorized(
        self, route: Route, path_values: Mapping[str, str], request: Request, session: Session
    ) -> EncodedResponse:
        if route.caching == "never":
            self._data.state.revision += request.method != "GET"
            return encode(route.handler(self._call(route, path_values, request, session)))
        revision = self._data.state.revision if route.caching == "state" else None
        key = (request.path, request.query, session.user, session.scopes, revision)
        answer = self._cache.get(key)
        if answer is None:
            answer = encode(
                route.handler(self._call(route, path_values, request, session)),
                {"Cache-Control": _cache_control(session), "Vary": _VARY},
            )
            if route.caching == "catalogue":
                answer.headers = {**answer.headers, "ETag": etag(answer.body)}
            self._cache.put(key, answer)
        return not_modified(answer, request.headers.get("If-None-Match"))

    def _call(self, route: Route, path_values: Mapping[str, str], request: Request, session: Session) -> SandboxCall:
        query = dict(request.query_pairs())
        in_development = self._data.quota.is_development
        values: dict[Parameter[object], object] = {}
        for parameter in route.parameters:
            given = (path_values if parameter.place == "path" else query).get(parameter.name)
            read = (in_development and parameter.read_in_development) or parameter.read
            values[parameter] = read(given)
        url = self._data.shapes.links.api_url + request.path
        return SandboxCall(request, session, self._data, values, url)


def _authorize(route: Route, session: Session) -> None:
    if route.needs_user and session.user is None:
        raise unauthorized("Valid user authentication required")
    if not route.scopes <= session.scopes:
        raise forbidden("Insufficient client scope")
    if route.needs_premium and session.user is not None and session.user.product != "premium":
        raise premium_required()


def _cache_control(session: Session) -> str:
    return "public, max-age=3600" if session.user is None else "private, max-age=0"
