"""What is given to the client itself, to its lists, and to `scopes_for`."""

from __future__ import annotations

import inspect
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
    "no id": (None, {}, "operation_id"),
    "an unknown id": ("get-a-album", ALBUM_ID, "did you mean 'get-an-album'"),
    "a long id": (LONG, {}, "operation_id"),
    "an id with a line end": ("get-an-album\r\n", ALBUM_ID, "operation_id"),
    "half a character": ("\ud800", {}, "operation_id"),
    "no argument": ("get-an-album", {}, "needs id"),
    "None in the path": ("get-an-album", {"id": None}, "needs id"),
    "a list in the path": ("get-an-album", {"id": [ID]}, "id must be"),
    "bytes in the path": ("get-an-album", {"id": b"x"}, "id must be"),
    "an object in the path": ("get-an-album", {"id": LongRepr()}, "id must be"),
    "nothing in the path": ("get-an-album", {"id": ""}, "id cannot"),
    "a path up": ("get-an-album", {"id": ".."}, "id cannot"),
    "here": ("get-an-album", {"id": "."}, "id cannot"),
    "a line end in the path": ("get-an-album", {"id": "x\r\nX-Injected: 1"}, "id cannot"),
    "NUL in the path": ("get-an-album", {"id": "\0"}, "id cannot"),
    "half a character in the path": ("get-an-album", {"id": "\ud800"}, "id must be"),
    "a long line end in the path": ("get-an-album", {"id": f"{LONG}\n"}, "id cannot"),
    "a huge number in the path": ("get-an-album", {"id": HUGE}, "id must be"),
    "another argument": ("get-an-album", {**ALBUM_ID, "ids": "x"}, "has no parameter 'ids'"),
    "an argument with a header": ("get-an-album", {**ALBUM_ID, "x\r\nX-Injected: 1": "x"}, "has no parameter"),
    "a long argument": ("get-an-album", {**ALBUM_ID, LONG: "x"}, "has no parameter"),
    "a list in the query": ("search", {"q": "a", "type": ["album"]}, "type must be a str"),
    "half a character in the query": ("search", {"q": "\ud800", "type": "album"}, "q must be"),
    "a limit too high": ("search", {"q": "a", "type": "album", "limit": 51}, "limit must be"),
    "not a number": ("get-recommendations", {"min_tempo": float("nan")}, "min_tempo must be"),
    "infinity": ("get-recommendations", {"min_tempo": float("inf")}, "min_tempo must be"),
    "a huge number": ("get-recommendations", {"min_tempo": HUGE}, "min_tempo must be"),
    "a market": ("get-an-album", {**ALBUM_ID, "market": "de"}, "market must be"),
    "two bodies": ("create-playlist", {"json": {}, "content": b""}, "json or content"),
    "text for bytes": ("create-playlist", {"content": "{}"}, "content must be bytes"),
    "a byte array for bytes": ("create-playlist", {"content": bytearray()}, "content must be bytes"),
    "a body for none": ("get-an-album", {**ALBUM_ID, "json": {}}, "no body"),
    "bytes in JSON": ("create-playlist", {"json": {"name": b"x"}}, "bytes"),
    "an object in JSON": ("create-playlist", {"json": LongRepr()}, "LongRepr"),
    "a set in JSON": ("create-playlist", {"json": {"x"}}, "set"),
    "a number as key": ("create-playlist", {"json": {1: "x"}}, "key"),
    "not a number in JSON": ("create-playlist", {"json": [float("nan")]}, "NaN"),
    "a huge number in JSON": ("create-playlist", {"json": HUGE}, "64 bits"),
    "half a character in JSON": ("create-playlist", {"json": {"name": "\ud800"}}, "surrogate"),
    "half a character as key": ("create-playlist", {"json": {"\ud800": 1}}, "surrogate"),
    "a list in itself": ("create-playlist", {"json": LOOP}, "refers to itself"),
}


@pytest.mark.parametrize("case", CALLS)
async def test_a_call_that_cannot_be_made_is_refused_before_a_request(case: str) -> None:
    operation_id, arguments, named = CALLS[case]
    transport = Recorder()

    error = await error_of(lambda: client_over(transport).call(operation_id, **arguments))

    assert faults(error, named) == []
    assert transport.requests == []


@pytest.mark.parametrize("operation_id", [each for each, operation in BY_ID.items() if operation.method == "GET"])
async def test_odd_arguments_of_a_call_go_out_in_order(operation_id: str) -> None:
    transport = Recorder()
    operation = BY_ID[operation_id]
    numbers = {name: 1 for name in ("limit", "offset") if name in operation.query}
    market = {"market": StrSubclass("DE")} if "market" in operation.query else {}
    texts = dict.fromkeys((*operation.path_parameters, *operation.query), "a/b?c#d&e=f %2e%2e\u202e🎵")

    await error_of(lambda: client_over(transport).call(operation_id, **{**texts, **numbers, **market}))

    assert [is_well_formed(request) for request in transport.requests] == [True]
    assert "OTHER" not in transport.requests[0].url


class NotCallable:
    get_access_token = "token"


@pytest.mark.parametrize(
    "auth", [None, "token", b"token", 5, {}, object(), StaticTokenAuth, NotCallable(), LongRepr()], ids=type
)
def test_no_client_is_made_for_what_is_no_user(auth: Any) -> None:
    with pytest.raises(TypeError) as caught:
        client_over(Recorder()).for_user(auth)

    assert faults(caught.value, "auth_provider") == []


PARTS = ("transport", "retry_policy", "serializer", "rate_limiter", "clock", "auth_provider")
CLIENTS: dict[str, tuple[dict[str, Any], str]] = {
    **{
        f"{part} that is {name}": ({"access_token": "t", part: value}, f"{part} must")
        for part in PARTS
        for name, value in {"a text": "x", "a number": 5, "an object": LongRepr(), "a class": Recorder}.items()
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
    "a token with letters of all kinds": ({"access_token": "s3cret ö"}, "access_token"),
    "a secret with a line end": ({"client_id": "id", "client_secret": "s3cret\n"}, "client_secret"),
    "an id with a line end": ({"client_id": "id\n", "client_secret": "s3cret"}, "client_id"),
    "nothing": ({}, "authenticate"),
    "half a pair": ({"client_secret": "s3cret"}, "authenticate"),
    "two ways": ({"access_token": "s3cret", "client_id": "s3cret", "client_secret": "s3cret"}, "authenticate"),
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


@pytest.mark.parametrize("case", CLIENTS)
def test_no_client_is_made_of_the_wrong_parts(case: str) -> None:
    arguments, named = CLIENTS[case]

    with pytest.raises((TypeError, ValueError)) as caught:
        AsyncSpotifyClient(**arguments)

    assert faults(caught.value, named) == []


OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown one": ({"time_out": 1}, "time_out"),
    "one that is for the whole client": ({"api_url": "https://x.example"}, "api_url"),
    "a long one": ({LONG: 1}, "option"),
    "one with a header": ({"x\r\nX-Injected: 1": 1}, "option"),
    "a timeout that is a text": ({"timeout": "1"}, "timeout"),
    "a deadline that is huge": ({"deadline": HUGE}, "deadline"),
    "retries that are huge": ({"max_retries": HUGE}, "max_retries"),
    "a wait that is no number": ({"max_retry_wait": float("nan")}, "max_retry_wait"),
    "another priority": ({"priority": LONG}, "priority"),
    "a market in small letters": ({"market": "de"}, "market"),
    "a locale with a header": ({"locale": "es_MX\r\nX-Injected: 1"}, "locale"),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_options_are_refused_like_settings(case: str) -> None:
    options, named = OPTIONS[case]

    with pytest.raises((TypeError, ValueError)) as caught:
        client_over(Recorder()).with_options(**options)

    assert faults(caught.value, named) == []


@pytest.mark.parametrize("call", [None, 5, "x", [], LongRepr(), print], ids=type)
async def test_there_is_no_response_to_what_is_no_call(call: Any) -> None:
    assert faults(await error_of(lambda: client_over(Recorder()).with_response(call)), "call must be") == []


@pytest.mark.parametrize("error", [None, 5, "x", ValueError("x"), LongRepr(), PartialWriteError], ids=str)
async def test_nothing_is_resumed_but_what_stopped(error: Any) -> None:
    assert faults(await error_of(lambda: client_over(Recorder()).resume(error)), "error must be") == []


def tracks() -> Paginator[SimplifiedTrack]:
    return client_over(Recorder()).albums.get_tracks(ID)


def artists() -> CursorPaginator[Any]:
    return client_over(Recorder()).users.get_followed_artists()


NOT_POSITIVE = {**NOT_INTEGERS, "zero": 0, "negative": -1, "huge": HUGE, "huge and negative": -HUGE}
NOT_OBJECTS = {"a text": "x", "a number": 5, "a dictionary": {}, "an object": LongRepr(), "a class": OffsetPosition}

#: By paginator and method: of each argument what is wrong.
LISTS: dict[str, dict[str, dict[str, dict[str, Any]]]] = {
    "Paginator": {
        "collect": {"max_items": NOT_POSITIVE, "concurrency": NOT_POSITIVE, "progress": {"a text": "x", "a number": 5}},
        "starting_at": {
            "position": {**NOT_OBJECTS, "None": None, "the other kind": CursorPosition(), "an offset": 5},
        },
        "starting_with": {"page": {**NOT_OBJECTS, "a list": []}},
        "with_progress": {"progress": {"a text": "x", "a number": 5, "an object": LongRepr()}},
        "skip_nulls": {},
        "pages": {},
    },
    "CursorPaginator": {
        "collect": {"max_items": NOT_POSITIVE, "progress": {"a text": "x", "a number": 5}},
        "starting_at": {"position": {**NOT_OBJECTS, "None": None, "the other kind": OffsetPosition()}},
        "starting_with": {"page": {**NOT_OBJECTS, "a page of the other kind": SimplifiedTrackPage(items=[])}},
        "with_progress": {"progress": {"a text": "x", "a number": 5, "an object": LongRepr()}},
        "skip_nulls": {},
        "pages": {},
    },
}


@pytest.mark.parametrize("paginator", [Paginator, CursorPaginator])
def test_every_argument_of_every_method_of_a_list_is_listed(paginator: type) -> None:
    there = {
        name: set(inspect.signature(method).parameters) - {"self"}
        for name, method in inspect.getmembers(paginator, inspect.isfunction)
        if not name.startswith("_")
    }

    assert {name: set(arguments) for name, arguments in LISTS[paginator.__name__].items()} == there


@pytest.mark.parametrize(
    ("paginator", "method", "argument"),
    [
        (paginator, method, argument)
        for paginator, of in LISTS.items()
        for method, arguments in of.items()
        for argument in arguments
    ],
)
async def test_what_a_list_cannot_take_is_refused(paginator: str, method: str, argument: str) -> None:
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


POSITIONS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    **{
        f"{kind.__name__}({argument}) that is {name}": (kind, {argument: value})
        for kind, argument in ((OffsetPosition, "offset"), (OffsetPosition, "skip"), (CursorPosition, "skip"))
        for name, value in {**an_integer(1, at_least=0).wrong, "None": None}.items()
    },
    **{
        f"CursorPosition({argument}) that is {name}": (CursorPosition, {argument: value})
        for argument in ("after", "before")
        for name, value in {**NOT_STRINGS, **SURROGATES}.items()
    },
}


@pytest.mark.parametrize("case", POSITIONS)
def test_a_position_is_a_place_that_there_can_be(case: str) -> None:
    kind, arguments = POSITIONS[case]

    with pytest.raises((TypeError, ValueError)) as caught:
        kind(**arguments)

    assert faults(caught.value, next(iter(arguments))) == []


@pytest.mark.parametrize(
    "method",
    [None, 5, "", "get-a-album", LONG, b"get-an-album", {"token": "s3cret"}, LongRepr(), print, str, ["search"]],
    ids=lambda method: str(type(method)),
)
def test_there_are_no_scopes_for_what_is_no_method(method: Any) -> None:
    with pytest.raises(ValueError, match="scopes_for") as caught:
        scopes_for(method)

    assert faults(caught.value, "scopes_for") == []


NO_URIS: dict[str, tuple[Any, Any]] = {
    **{f"a kind that is {name}": (value, ID) for name, value in {**NOT_STRINGS, **EMPTY, "long": LONG}.items()},
    **{f"an id that is {name}": ("album", value) for name, value in {**NOT_STRINGS, **EMPTY, "long": LONG}.items()},
    "a kind in capitals": ("Album", ID),
    "a kind with a colon": ("album:track", ID),
    "a kind that is a path": ("embed/album", ID),
    "a user up the path": ("user", ".."),
    "a user with a line end": ("user", "a\r\nb"),
}


@pytest.mark.parametrize("case", NO_URIS)
def test_a_uri_is_made_of_what_can_be_one(case: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        SpotifyUri(*NO_URIS[case])

    assert faults(caught.value, "expected") == []
