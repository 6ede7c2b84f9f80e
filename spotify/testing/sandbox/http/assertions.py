"""`RequestAssertions`: the log of a sandbox's requests, and assertions about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeGuard

from spotify._checks import check_range
from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_ENDPOINT
from spotify.testing.sandbox.http.messages import Json
from spotify.testing.sandbox.http.request_log import Exchange, RequestLog
from spotify.testing.sandbox.web_api.web_api import WEB_API, Target

_ANY: Final[Json] = {"any body": True}
_MAX_SHOWN: Final = 20


class RequestAssertions:
    """The log of a sandbox."""

    def __init__(self) -> None:
        """Create an empty log."""
        self._request_log = RequestLog()
        self.requests: Final[list[Exchange]] = self._request_log.requests.entries
        """The latest 10,000 requests to the Web API, with their responses. Bodies are kept up to 64 MiB: earlier
        exchanges have empty bodies, and `bodies_dropped` is true.
        """
        self.token_requests: Final[list[Exchange]] = self._request_log.token_requests.entries
        """The latest requests to the token endpoint, with `***` for codes, verifiers, tokens and secrets."""
        self.authorize_requests: Final[list[Exchange]] = self._request_log.authorize_requests.entries
        """The latest requests to the authorize page."""
        self.executions: Final[Mapping[str, int]] = self._request_log.executions
        """How often each operation was executed, by operation id, method and path, or `POST /api/token`; 0 for those
        that were not. Another name raises `ValueError`. A request whose response a fault replaced counts, a rejected
        request does not. The counts are complete.
        """
        self.rate_limited: Final[Sequence[float]] = self._request_log.rate_limited
        """When `rate_limit` rejected a call, in seconds since the epoch; complete."""

    def assert_called(
        self,
        target: str,
        *,
        times: int | None = None,
        user: str | None = None,
        arguments: Mapping[str, object] | None = None,
        json: Json = _ANY,
        executed: bool | None = None,
    ) -> list[Exchange]:
        """Check that there were requests to an operation, and return them.

        ::

            track = sandbox.add_track("Dawn", artist="Blue Hour")
            await client.tracks.save([track.id])
            sandbox.assert_called("PUT /me/library", times=1, user="sandbox_listener", arguments={"uris": [track.uri]})

        Args:
            target: As in `fail`: an operation id, a method and a path (`GET /albums/{id}`), `GET *`, `*`, or
                `POST /api/token`.
            times: How many requests there must be, 0 or more; None for at least one.
            user: The id of the user of the access token; None for any or none.
            arguments: Path and query parameters by name, which the requests must have, perhaps among others. A list is
                the value with commas between its items.
            json: The decoded body; by default any.
            executed: Whether the requests were executed; None for any.

        Raises:
            AssertionError: There were fewer or more such requests; the message lists the requests that came.
            ValueError: There is no such target, or no such parameter of the operation, or a number is out of bounds.
        """
        if times is not None:
            check_range("times", times, at_least=0)
        parsed = Target.parse(target)
        _check_names(parsed, arguments or {})
        log = self.token_requests if parsed.operation_id == TOKEN_ENDPOINT else self.requests
        expected = {name: _sent(value) for name, value in (arguments or {}).items()}
        found = [
            exchange
            for exchange in list(log)
            if _is_for(parsed, exchange)
            and (user is None or exchange.user == user)
            and expected.items() <= exchange.arguments.items()
            and (json is _ANY or exchange.request_json == json)
            and (executed is None or exchange.executed == executed)
        ]
        if (not found) if times is None else len(found) != times:
            conditions = {"user": user, "arguments": arguments, "json": json, "executed": executed}
            raise AssertionError(_message(target, times, conditions, found, log))
        return found

    def assert_not_called(self, target: str) -> None:
        """Check that there was no request to an operation.

        ::

            await client.albums.get(sandbox.add_album("Harbour").id)
            sandbox.assert_not_called("PUT *")

        Args:
            target: See `assert_called`; `*` for no request to the Web API at all.

        Raises:
            AssertionError: There was one; the message lists the requests that came.
            ValueError: There is no such target.
        """
        self.assert_called(target, times=0)


def _check_names(target: Target, arguments: Mapping[str, object]) -> None:
    if target.operation_id is None or target.operation_id == TOKEN_ENDPOINT:
        return
    route = next(route for route in WEB_API.routes if route.operation_id == target.operation_id)
    names = [parameter.name for parameter in route.parameters]
    if unknown := arguments.keys() - set(names):
        known = ", ".join(names) or "none"
        raise ValueError(f"{target.operation_id} has no parameter {min(unknown)!r}; its parameters: {known}")


def _is_for(target: Target, exchange: Exchange) -> bool:
    if target.operation_id is None:
        return target.method in {None, exchange.method}
    if target.operation_id != exchange.operation_id:
        return target.operation_id == TOKEN_ENDPOINT and exchange.method == "POST"
    return target.path_values.items() <= exchange.arguments.items()


def _sent(value: object) -> str:
    """Return an argument as it is sent."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if _is_iterable(value) and not isinstance(value, str) else str(value)


def _is_iterable(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable)


def _message(
    target: str, times: int | None, conditions: Mapping[str, object], found: Sequence[Exchange], log: Sequence[Exchange]
) -> str:
    given = [f"{name}={value!r}" for name, value in conditions.items() if value is not None and value is not _ANY]
    expected = "at least one request" if times is None else f"{times} request{'' if times == 1 else 's'}"
    lines = [f"expected {expected} to {target}{' with ' if given else ''}{', '.join(given)}, found {len(found)}"]
    lines.append("all requests:" if log else "there were no requests")
    lines += [f"  ({len(log) - _MAX_SHOWN} earlier ones)"] * (len(log) > _MAX_SHOWN)
    for exchange in log[-_MAX_SHOWN:]:
        mark = "*" if exchange in found else " "
        body = f" {exchange.request_body.decode(errors='replace')[:200]}" if exchange.request_body else ""
        lines.append(f"{mark} {exchange.operation_id or 'no operation'}: {exchange}{body}")
    return "\n".join(lines)
