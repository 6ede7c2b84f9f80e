"""Every argument of every method of the services: wrong ones are refused before a request, odd ones go out in order."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from spotify import AsyncSpotifyClient
from tests.support.bad_input_judging import Recorder, client_over, error_of, faults, is_well_formed
from tests.support.bad_input_methods import ARGUMENTS, allows_none, argument_names, given
from tests.support.bad_values import ID, TRACK_URI, Kind, made
from tests.support.service_methods import public_methods

EACH = [
    pytest.param(service, method, argument, id=f"{service}.{name}({argument})")
    for service, name, method in public_methods()
    for argument in sorted(ARGUMENTS.get(service, {}).get(name, {}))
]
for_each_argument = pytest.mark.parametrize(("service", "method", "argument"), EACH)


async def call(client: AsyncSpotifyClient, service: str, name: str, arguments: dict[str, Any]) -> Any:
    area = getattr(client, service.removesuffix("Service").lower())
    result = getattr(area, name)(**{each: made(value) for each, value in arguments.items()})
    return await result


def kind_of(service: str, method: Callable[..., Any], argument: str) -> Kind:
    return ARGUMENTS[service][method.__name__][argument]


def test_every_argument_of_every_method_has_a_kind() -> None:
    there = {(service, name): argument_names(method) for service, name, method in public_methods()}

    assert {(service, name): set(kinds) for service, of in ARGUMENTS.items() for name, kinds in of.items()} == there


@for_each_argument
async def test_what_is_wrong_is_refused_before_a_request(
    service: str, method: Callable[..., Any], argument: str
) -> None:
    kind, transport = kind_of(service, method, argument), Recorder()
    client = client_over(transport)
    besides = given(method, ARGUMENTS[service][method.__name__], argument)
    wrong = dict(kind.wrong)
    if not allows_none(method, argument):
        wrong["None"] = None

    found: dict[str, list[str]] = {}
    for name, value in wrong.items():
        error = await error_of(lambda value=value: call(client, service, method.__name__, {**besides, argument: value}))
        if problems := faults(error, f"{kind.named.format(argument)}|{argument}"):
            found[name] = problems

    assert found == {}
    assert transport.requests == []


@for_each_argument
async def test_what_is_odd_goes_out_in_order(service: str, method: Callable[..., Any], argument: str) -> None:
    kind, transport = kind_of(service, method, argument), Recorder()
    client = client_over(transport)
    besides = given(method, ARGUMENTS[service][method.__name__], argument)

    for name, value in {**kind.odd, "good": kind.good}.items():
        transport.requests.clear()
        arguments = {**besides, argument: value}
        error = await error_of(lambda arguments=arguments: call(client, service, method.__name__, arguments))
        assert error is None, name
        assert transport.requests, name
        assert all(map(is_well_formed, transport.requests)), name
        assert "OTHER" not in str([(request.url, request.body) for request in transport.requests]), name


@for_each_argument
async def test_what_an_iterable_of_the_callers_raises_is_raised_before_a_request(
    service: str, method: Callable[..., Any], argument: str
) -> None:
    kind, transport = kind_of(service, method, argument), Recorder()
    if not isinstance(kind.good, list):
        return
    besides = given(method, ARGUMENTS[service][method.__name__], argument)
    own = TypeError("the caller's own")

    def broken() -> Any:
        yield kind.good[0]
        raise own

    error = await error_of(
        lambda: call(client_over(transport), service, method.__name__, {**besides, argument: broken()})
    )

    assert error is own
    assert transport.requests == []


def test_the_good_values_are_called_with_every_argument_once() -> None:
    assert len(EACH) == sum(len(kinds) for of in ARGUMENTS.values() for kinds in of.values()) > 200


@pytest.mark.parametrize("name", ["save", "get_several", "check_saved"])
async def test_one_wrong_id_among_a_million_is_named_before_a_request(name: str) -> None:
    transport = Recorder()
    ids = [*([ID] * 1_000_000), "../me"]

    error = await error_of(lambda: call(client_over(transport), "AlbumsService", name, {"ids": ids}))

    assert str(error).startswith("[1000000]: '../me' is not an album id; expected ")
    assert transport.requests == []


async def test_a_million_seeds_are_too_many() -> None:
    transport = Recorder()

    error = await error_of(
        lambda: call(client_over(transport), "TracksService", "get_recommendations", {"seed_tracks": [ID] * 1_000_000})
    )

    assert faults(error, "1 to 5 together, not 1000000") == []
    assert transport.requests == []


async def test_a_million_uris_at_once_are_too_many() -> None:
    transport = Recorder()
    arguments = {"id": ID, "uris": [TRACK_URI] * 1_000_000}

    error = await error_of(
        lambda: call(client_over(transport), "PlaylistsService", "reorder_or_replace_items", arguments)
    )

    assert faults(error, "at most 100, not 1000000; replace_items takes any number") == []
    assert transport.requests == []


def test_methods_are_coroutines_or_lists() -> None:
    for _, name, method in public_methods():
        returned = str(inspect.signature(method).return_annotation)
        assert inspect.iscoroutinefunction(method) or "Paginator" in returned or "_Results" in returned, name
