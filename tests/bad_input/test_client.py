"""Arguments of the client, its lists and positions, `scopes_for` and `SpotifyUri`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from spotify import (
    AsyncSpotifyClient,
    CursorPaginator,
    CursorPosition,
    OffsetPosition,
    Paginator,
    PartialWriteError,
    SpotifyUri,
    StaticTokenAuth,
    scopes_for,
)
from spotify.models import SimplifiedTrack, SimplifiedTrackPage
from spotify.operations import BY_ID
from tests.support.bad_input_judging import Recorder, client_over, error_of, faults, is_well_formed
from tests.support.bad_values import (
    EMPTY,
    HUGE,
    ID,
    LONG,
    NOT_INTEGERS,
    NOT_STRINGS,
    SURROGATES,
    LongRepr,
    StrSubclass,
    an_integer,
)

ALBUM_ID = {"id": ID}
LOOP: list[Any] = []
LOOP.append(LOOP)

CALLS: dict[str, tuple[Any, dict[str, Any], str]] = {
    **{f"an id that is {name}": (value, {}, "operation_id") for name, value in {**NOT_STRINGS, **EMPTY}.items()},
    "None": (None, {}, "operation_id"),
    "an unknown id": ("get-a-album", ALBUM_ID, "did you mean 'get-an-album'"),
    "a long id": (LONG, {}, "operation_id"),
    "an id with a line end": ("get-an-album\r\n", ALBUM_ID, "operation_id"),
    "a surrogate": ("\ud800", {}, "operation_id"),
    "no argument": ("get-an-album", {}, "needs id"),
    "None in the path": ("get-an-album", {"id": None}, "needs id"),
    "a list in the path": ("get-an-album", {"id": [ID]}, "id must be"),
    "bytes in the path": ("get-an-album", {"id": b"x"}, "id must be"),
    "an object in the path": ("get-an-album", {"id": LongRepr()}, "id must be"),
    "an empty string in the path": ("get-an-album", {"id": ""}, "id cannot"),
    "a parent directory": ("get-an-album", {"id": ".."}, "id cannot"),
    "the current directory": ("get-an-album", {"id": "."}, "id cannot"),
    "a line end in the path": ("get-an-album", {"id": "x\r\nX-Injected: 1"}, "id cannot"),
    "NUL in the path": ("get-an-album", {"id": "\0"}, "id cannot"),
    "a surrogate in the path": ("get-an-album", {"id": "\ud800"}, "id must be"),
    "a long line end in the path": ("get-an-album", {"id": f"{LONG}\n"}, "id cannot"),
    "a huge number in the path": ("get-an-album", {"id": HUGE}, "id must be"),
    "another argument": ("get-an-album", {**ALBUM_ID, "ids": "x"}, "has no parameter 'ids'"),
    "an argument with a header": ("get-an-album", {**ALBUM_ID, "x\r\nX-Injected: 1": "x"}, "has no parameter"),
    "a long argument": ("get-an-album", {**ALBUM_ID, LONG: "x"}, "has no parameter"),
    "a list in the query": ("search", {"q": "a", "type": ["album"]}, "type must be a str"),
    "a surrogate in the query": ("search", {"q": "\ud800", "type": "album"}, "q must be"),
    "a limit too high": ("search", {"q": "a", "type": "album", "limit": 51}, "limit must be"),
    "NaN": ("get-recommendations", {"min_tempo": float("nan")}, "min_tempo must be"),
    "infinity": ("get-recommendations", {"min_tempo": float("inf")}, "min_tempo must be"),
    "a huge number": ("get-recommendations", {"min_tempo": HUGE}, "min_tempo must be"),
    "a market": ("get-an-album", {**ALBUM_ID, "market": "de"}, "market must be"),
    "two bodies": ("create-playlist", {"json": {}, "content": b""}, "json or content"),
    "a str for bytes": ("create-playlist", {"content": "{}"}, "content must be"),
    "a bytearray for bytes": ("create-playlist", {"content": bytearray()}, "content must be"),
    "a body that the operation does not take": ("get-an-album", {**ALBUM_ID, "json": {}}, "no body"),
    "bytes in JSON": ("create-playlist", {"json": {"name": b"x"}}, "bytes"),
    "an object in JSON": ("create-playlist", {"json": LongRepr()}, "LongRepr"),
    "a set in JSON": ("create-playlist", {"json": {"x"}}, "set"),
    "a number as key": ("create-playlist", {"json": {1: "x"}}, "key"),
    "NaN in JSON": ("create-playlist", {"json": [float("nan")]}, "NaN"),
    "a huge number in JSON": ("create-playlist", {"json": HUGE}, "64 bits"),
    "a surrogate in JSON": ("create-playlist", {"json": {"name": "\ud800"}}, "surrogate"),
    "a surrogate as key": ("create-playlist", {"json": {"\ud800": 1}}, "surrogate"),
    "a list that contains itself": ("create-playlist", {"json": LOOP}, "refers to itself"),
}


async def test_invalid_calls_are_refused_before_a_request() -> None:
    transport, failures = Recorder(), {}
    client = client_over(transport)

    for case, (operation_id, arguments, named) in CALLS.items():
        problems = faults(await error_of(partial(client.call, operation_id, **arguments)), named)
        if problems:
            failures[case] = problems

    assert failures == {}
    assert transport.requests == []


async def test_unusual_arguments_of_calls_are_sent_correctly() -> None:
    transport, malformed = Recorder(), []
    client = client_over(transport)

    for operation in BY_ID.values():
        if operation.method == "GET":
            transport.requests.clear()
            strings = dict.fromkeys((*operation.path_parameters, *operation.query), "a/b?c#d&e=f %2e%2e\u202e🎵")
            numbers = {name: 1 for name in ("limit", "offset") if name in operation.query}
            market = {"market": StrSubclass("DE")} if "market" in operation.query else {}
            await error_of(partial(client.call, operation.id, **{**strings, **numbers, **market}))
            if [is_well_formed(request) and "OTHER" not in request.url for request in transport.requests] != [True]:
                malformed.append(operation.id)

    assert malformed == []


class NotCallable:
    get_access_token = "token"


@pytest.mark.parametrize(
    "auth", [None, "token", b"token", 5, {}, object(), StaticTokenAuth, NotCallable(), LongRepr()], ids=type
)
def test_for_user_refuses_other_objects_than_auth_providers(auth: Any) -> None:
    with pytest.raises(TypeError) as caught:
        client_over(Recorder()).for_user(auth)

    assert faults(caught.value, "auth_provider") == []


PARTS = ("transport", "retry_policy", "serializer", "rate_limiter", "clock", "auth_provider")
CLIENTS: dict[str, tuple[dict[str, Any], str]] = {
    **{
        f"{part} that is {name}": ({"access_token": "t", part: value}, f"{part} must")
        for part in PARTS
        for name, value in {"a str": "x", "an int": 5, "an object": LongRepr(), "a class": Recorder}.items()
    },
    **{
        f"a token that is {name}": ({"access_token": value}, "access_token")
        for name, value in {**NOT_STRINGS, **EMPTY, **SURROGATES}.items()
    },
    **{
        f"a secret that is {name}": ({"client_id": "id", "client_secret": value}, "client_secret")
        for name, value in {**NOT_STRINGS, **EMPTY, **SURROGATES}.items()
    },
    **{
        f"an id that is {name}": ({"client_id": value, "client_secret": "s3cret"}, "client_id")
        for name, value in {**NOT_STRINGS, **EMPTY, **SURROGATES}.items()
    },
    "a token with a header": ({"access_token": "s3cret\r\nX-Injected: 1"}, "access_token"),
    "a token with a line end": ({"access_token": "s3cret\n"}, "access_token"),
    "a token with other letters than ASCII": ({"access_token": "s3cret ö"}, "access_token"),
    "a secret with a line end": ({"client_id": "id", "client_secret": "s3cret\n"}, "client_secret"),
    "an id with a line end": ({"client_id": "id\n", "client_secret": "s3cret"}, "client_id"),
    "no credentials": ({}, "authenticate"),
    "a secret without an id": ({"client_secret": "s3cret"}, "authenticate"),
    "two kinds of credentials": (
        {"access_token": "s3cret", "client_id": "s3cret", "client_secret": "s3cret"},
        "authenticate",
    ),
    "a dictionary for settings": ({"access_token": "t", "config": {"timeout": 1}}, "config must be a ClientConfig"),
    "a class for settings": ({"access_token": "t", "config": LongRepr}, "config must be a ClientConfig"),
    **{
        f"a timeout that is {name}": ({"access_token": "t", "timeout": value}, "timeout")
        for name, value in {
            **{name: value for name, value in NOT_INTEGERS.items() if name != "a float"},
            "None": None,
            "zero": 0,
            "negative": -1.0,
            "huge": HUGE,
            "huge and negative": -HUGE,
        }.items()
    },
    **{
        f"retries that are {name}": ({"access_token": "t", "max_retries": value}, "max_retries")
        for name, value in {
            **NOT_INTEGERS,
            "None": None,
            "negative": -1,
            "huge": HUGE,
            "hugely negative": -HUGE,
        }.items()
    },
}


def refused(create: Callable[..., Any], arguments: dict[str, Any], named: str) -> list[str]:
    try:
        create(**arguments)
    except Exception as error:  # noqa: BLE001  `faults` judges it
        return faults(error, named)
    return faults(None, named)


def failures_of(create: Callable[..., Any], cases: dict[str, tuple[dict[str, Any], str]]) -> dict[str, list[str]]:
    """Return the faults of the refusals, by case."""
    found = {case: refused(create, arguments, named) for case, (arguments, named) in cases.items()}
    return {case: problems for case, problems in found.items() if problems}


def test_a_client_refuses_wrong_arguments() -> None:
    assert failures_of(AsyncSpotifyClient, CLIENTS) == {}


OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown one": ({"time_out": 1}, "time_out"),
    "a setting of the whole client": ({"api_url": "https://x.example"}, "api_url"),
    "a long one": ({LONG: 1}, "option"),
    "one with a header": ({"x\r\nX-Injected: 1": 1}, "option"),
    "a timeout that is a str": ({"timeout": "1"}, "timeout"),
    "a deadline that is huge": ({"deadline": HUGE}, "deadline"),
    "retries that are huge": ({"max_retries": HUGE}, "max_retries"),
    "a wait that is NaN": ({"max_retry_wait": float("nan")}, "max_retry_wait"),
    "another priority": ({"priority": LONG}, "priority"),
    "a market in lower case": ({"market": "de"}, "market"),
    "a locale with a header": ({"locale": "es_MX\r\nX-Injected: 1"}, "locale"),
}


def test_options_are_checked_like_settings() -> None:
    assert failures_of(client_over(Recorder()).with_options, OPTIONS) == {}


@pytest.mark.parametrize("call", [None, 5, "x", [], LongRepr(), print], ids=type)
async def test_with_response_refuses_other_objects_than_calls(call: Any) -> None:
    assert faults(await error_of(lambda: client_over(Recorder()).with_response(call)), "call must be") == []


@pytest.mark.parametrize("error", [None, 5, "x", ValueError("x"), LongRepr(), PartialWriteError], ids=str)
async def test_resume_refuses_other_objects_than_partial_errors(error: Any) -> None:
    assert faults(await error_of(lambda: client_over(Recorder()).resume(error)), "error must be") == []


def tracks() -> Paginator[SimplifiedTrack]:
    return client_over(Recorder()).albums.get_tracks(ID)


def artists() -> CursorPaginator[Any]:
    return client_over(Recorder()).users.get_followed_artists()


NOT_POSITIVE = {**NOT_INTEGERS, "zero": 0, "negative": -1, "huge": HUGE, "huge and negative": -HUGE}
NOT_OBJECTS = {"a str": "x", "an int": 5, "a dictionary": {}, "an object": LongRepr(), "a class": OffsetPosition}

SCAN_OPTIONS: dict[str, dict[str, Any]] = {
    "on_change": {"another str": "ignore", "an int": 5, "an object": LongRepr()},
    "read_ahead": NOT_POSITIVE,
}

#: The wrong values of each argument, by paginator and method.
LISTS: dict[str, dict[str, dict[str, dict[str, Any]]]] = {
    "Paginator": {
        "collect": {"max_items": NOT_POSITIVE, "concurrency": NOT_POSITIVE, "progress": {"a str": "x", "an int": 5}},
        "starting_at": {
            "position": {**NOT_OBJECTS, "None": None, "the other kind": CursorPosition(), "an offset": 5},
        },
        "starting_with": {"page": {**NOT_OBJECTS, "a list": []}},
        "with_progress": {"progress": {"a str": "x", "an int": 5, "an object": LongRepr()}},
        "with_options": SCAN_OPTIONS,
        "skip_nulls": {},
        "pages": {},
    },
    "CursorPaginator": {
        "collect": {"max_items": NOT_POSITIVE, "progress": {"a str": "x", "an int": 5}},
        "starting_at": {"position": {**NOT_OBJECTS, "None": None, "the other kind": OffsetPosition()}},
        "starting_with": {"page": {**NOT_OBJECTS, "a page of the other kind": SimplifiedTrackPage(items=[])}},
        "with_progress": {"progress": {"a str": "x", "an int": 5, "an object": LongRepr()}},
        "with_options": SCAN_OPTIONS,
        "skip_nulls": {},
        "pages": {},
    },
}


@pytest.mark.parametrize("paginator", [Paginator, CursorPaginator])
def test_every_argument_of_every_paginator_method_is_listed(paginator: type) -> None:
    expected = {
        name: set(inspect.signature(method).parameters) - {"self"}
        for name, method in inspect.getmembers(paginator, inspect.isfunction)
        if not name.startswith("_")
    }

    assert {name: set(arguments) for name, arguments in LISTS[paginator.__name__].items()} == expected


@pytest.mark.parametrize(
    ("paginator", "method", "argument"),
    [
        (paginator, method, argument)
        for paginator, of in LISTS.items()
        for method, arguments in of.items()
        for argument in arguments
    ],
)
async def test_paginators_refuse_wrong_arguments(paginator: str, method: str, argument: str) -> None:
    async def act(value: Any) -> None:
        result = getattr((tracks if paginator == "Paginator" else artists)(), method)(**{argument: value})
        if inspect.isawaitable(result):
            await result

    found = {
        name: problems
        for name, value in LISTS[paginator][method][argument].items()
        if (problems := faults(await error_of(lambda value=value: act(value)), argument))
    }

    assert found == {}


POSITIONS: dict[str, tuple[dict[str, Any], str]] = {
    **{
        f"{kind.__name__}({argument}) that is {name}": ({"kind": kind, argument: value}, argument)
        for kind, argument in ((OffsetPosition, "offset"), (OffsetPosition, "skip"), (CursorPosition, "skip"))
        for name, value in {**an_integer(1, at_least=0).wrong, "None": None}.items()
    },
    **{
        f"CursorPosition({argument}) that is {name}": ({"kind": CursorPosition, argument: value}, argument)
        for argument in ("after", "before")
        for name, value in {**NOT_STRINGS, **SURROGATES}.items()
    },
}


def test_positions_refuse_wrong_arguments() -> None:
    assert failures_of(lambda kind, **arguments: kind(**arguments), POSITIONS) == {}


@pytest.mark.parametrize(
    "method",
    [None, 5, "", "get-a-album", LONG, b"get-an-album", {"token": "s3cret"}, LongRepr(), print, str, ["search"]],
    ids=lambda method: str(type(method)),
)
def test_scopes_for_refuses_other_objects_than_methods(method: Any) -> None:
    with pytest.raises(ValueError, match="scopes_for") as caught:
        scopes_for(method)

    assert faults(caught.value, "scopes_for") == []


NOT_URIS: dict[str, tuple[dict[str, Any], str]] = {
    case: ({"kind": kind, "id": identifier}, "expected")
    for case, (kind, identifier) in {
        **{f"a kind that is {name}": (value, ID) for name, value in {**NOT_STRINGS, **EMPTY, "long": LONG}.items()},
        **{f"an id that is {name}": ("album", value) for name, value in {**NOT_STRINGS, **EMPTY, "long": LONG}.items()},
        "a kind in upper case": ("Album", ID),
        "a kind with a colon": ("album:track", ID),
        "a kind that is a path": ("embed/album", ID),
        "a user with a parent directory": ("user", ".."),
        "a user with a line end": ("user", "a\r\nb"),
    }.items()
}


def test_a_uri_refuses_wrong_parts() -> None:
    assert failures_of(SpotifyUri, NOT_URIS) == {}
