"""Arguments of all service methods: wrong values are refused before a request, unusual ones are sent correctly."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Iterator
from functools import partial
from typing import Any

import pytest

from spotify import AsyncSpotifyClient
from tests.support.bad_input_judging import Recorder, client_over, error_of, faults, is_well_formed
from tests.support.bad_input_methods import ARGUMENTS, allows_none, argument_names, other_arguments
from tests.support.bad_values import ID, TRACK_URI, Kind, new_value
from tests.support.service_methods import public_methods

for_each_service = pytest.mark.parametrize("service", ARGUMENTS)


def arguments_of(service: str) -> Iterator[tuple[Callable[..., Any], str, Kind, dict[str, Any]]]:
    """Yield each argument of each method: the method, the argument, its kind, and the other arguments of a call."""
    for owner, name, method in public_methods():
        if owner == service:
            kinds = ARGUMENTS[service][name]
            for argument, kind in kinds.items():
                yield method, argument, kind, other_arguments(method, kinds, argument)


async def call(client: AsyncSpotifyClient, service: str, name: str, arguments: dict[str, Any]) -> Any:
    area = getattr(client, service.removesuffix("Service").lower())
    result = getattr(area, name)(**{argument: new_value(value) for argument, value in arguments.items()})
    return await (anext(result, None) if isinstance(result, AsyncGenerator) else result)


def test_every_argument_of_every_method_has_a_kind() -> None:
    expected = {(service, name): argument_names(method) for service, name, method in public_methods()}

    assert {(service, name): set(kinds) for service, of in ARGUMENTS.items() for name, kinds in of.items()} == expected
    assert sum(map(len, expected.values())) > 200


@for_each_service
async def test_wrong_values_are_refused_before_a_request(service: str) -> None:
    transport, failures = Recorder(), {}
    client = client_over(transport)

    for method, argument, kind, others in arguments_of(service):
        wrong = dict(kind.wrong) if allows_none(method, argument) else {**kind.wrong, "None": None}
        for name, value in wrong.items():
            arguments = {**others, argument: value}
            error = await error_of(partial(call, client, service, method.__name__, arguments))
            problems = faults(error, f"{kind.named.format(argument)}|{argument}")
            if problems or transport.requests:
                failures[f"{method.__name__}({argument}): {name}"] = problems, list(transport.requests)
                transport.requests.clear()

    assert failures == {}


@for_each_service
async def test_unusual_values_are_sent_correctly(service: str) -> None:
    transport, failures = Recorder(), {}
    client = client_over(transport)

    for method, argument, kind, others in arguments_of(service):
        for name, value in {**kind.unusual, "good": kind.good}.items():
            transport.requests.clear()
            arguments = {**others, argument: value}
            error = await error_of(partial(call, client, service, method.__name__, arguments))
            sent = transport.requests
            is_correct = (
                bool(sent)
                and all(map(is_well_formed, sent))
                and "OTHER" not in str([(request.url, request.body) for request in sent])
            )
            if error is not None or not is_correct:
                failures[f"{method.__name__}({argument}): {name}"] = error, [request.url[:200] for request in sent]

    assert failures == {}


@for_each_service
async def test_an_exception_of_the_callers_iterable_is_raised_before_a_request(service: str) -> None:
    transport, failures = Recorder(), {}
    client = client_over(transport)
    own = TypeError("the caller's own")

    def broken(kind: Kind) -> Iterator[Any]:
        yield kind.good[0]
        raise own

    for method, argument, kind, others in arguments_of(service):
        if isinstance(kind.good, list):
            arguments = {**others, argument: broken(kind)}
            error = await error_of(partial(call, client, service, method.__name__, arguments))
            if error is not own:
                failures[f"{method.__name__}({argument})"] = error

    assert failures == {}
    assert transport.requests == []


@pytest.mark.parametrize("name", ["save", "get_several", "check_saved"])
async def test_one_wrong_id_among_many_is_named_before_a_request(name: str) -> None:
    transport = Recorder()
    ids = [*([ID] * 100_000), "../me"]

    error = await error_of(lambda: call(client_over(transport), "AlbumsService", name, {"ids": ids}))

    assert str(error).startswith("[100000]: '../me' is not an album id; expected ")
    assert transport.requests == []


async def test_too_many_seeds_are_counted() -> None:
    transport = Recorder()
    seeds = {"seed_tracks": [ID] * 100_000}

    error = await error_of(lambda: call(client_over(transport), "TracksService", "get_recommendations", seeds))

    assert faults(error, "1 to 5 together, not 100000") == []
    assert transport.requests == []


async def test_too_many_uris_for_one_request_are_counted() -> None:
    transport = Recorder()
    arguments = {"id": ID, "uris": [TRACK_URI] * 100_000}

    error = await error_of(
        lambda: call(client_over(transport), "PlaylistsService", "reorder_or_replace_items", arguments)
    )

    assert faults(error, "at most 100, not 100000; replace_items takes any number") == []
    assert transport.requests == []


def test_methods_are_coroutines_or_return_lists() -> None:
    for _, name, method in public_methods():
        returned = str(inspect.signature(method).return_annotation)
        is_list = any(kind in returned for kind in ("Paginator", "_Results", "AsyncGenerator"))
        assert inspect.iscoroutinefunction(method) or is_list, name
