"""Invalid arguments of auth providers and token stores, and invalid fields of their data types."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from spotify import (
    AsyncSpotifyClient,
    AuthorizationCodeAuth,
    AuthorizationRequest,
    ClientCredentialsAuth,
    FileTokenStore,
    KeyringTokenStore,
    MemoryTokenStore,
    PkceAuth,
    RedisTokenStore,
    StaticTokenAuth,
)
from spotify.credentials import EnvironmentCredentials, Secret
from spotify.interfaces import Token, TokenKey
from tests.support.bad_input_judging import Recorder, client_over, error_of, faults
from tests.support.bad_values import FLAG, HUGE, NOT_INTEGERS, NOT_STRINGS, LongRepr
from tests.support.error_text import all_text_of

Values = Mapping[str, Any]

NOW = datetime(2026, 8, 31, tzinfo=UTC)
KEY = TokenKey(client_id="app", user="ana")
TOKEN = Token(access_token=Secret("a"), issued_at=NOW, expires_at=NOW, authorized_at=NOW)
NONE: Values = {"None": None}
OBJECTS: Values = {"str": "x", "int": 5, "object": LongRepr(), "class": Token}
STRINGS: Values = {**NOT_STRINGS, **NONE}
SCOPES: Values = {"int": 5, "list of int": [5], "object": LongRepr(), "bytes": b"x"}
FUNCTIONS: Values = {**{name: value for name, value in OBJECTS.items() if name != "class"}, **NONE}
DIALOG: Values = {**FLAG.wrong, **NONE}
KEYS: Values = {**OBJECTS, **NONE, "dict": {}, "token": TOKEN}
TOKENS: Values = {**OBJECTS, **NONE, "key": KEY, "secret str": "s3cret"}
ENVIRONS: Values = {**OBJECTS, "int value": {"SPOTIFY_CLIENT_ID": 5}, "bytes value": {"SPOTIFY_CLIENT_ID": b"x"}}
PATIENCE: Values = {
    **{name: value for name, value in NOT_INTEGERS.items() if name != "a float"},
    **NONE,
    "zero": 0,
    "negative": -1,
    "huge": HUGE,
}
MAPPING = "environ must be a mapping of strings"

#: Invalid values by method and argument of the user auth providers.
USER_AUTH: dict[str, dict[str, Values]] = {
    "authorization_request": {"scopes": SCOPES, "show_dialog": DIALOG},
    "authorization_url": {"scopes": SCOPES, "show_dialog": DIALOG},
    "authorize_by_hand": {"scopes": SCOPES, "show_dialog": DIALOG, "show": FUNCTIONS, "ask": FUNCTIONS},
    "authorize_locally": {
        "scopes": SCOPES,
        "show_dialog": DIALOG,
        "patience": PATIENCE,
        "open_browser": FUNCTIONS,
    },
    "bind_to_client": {"components": {**OBJECTS, **NONE}},
    "close": {},
    "ensure_login": {
        "needs": {},
        "scopes": SCOPES,
        "patience": PATIENCE,
        "open_browser": FUNCTIONS,
        "show": FUNCTIONS,
        "ask": FUNCTIONS,
    },
    "exchange_code": {"code": STRINGS, "state": STRINGS, "request": OBJECTS},
    "exchange_redirect": {"url": STRINGS, "request": OBJECTS},
    "from_env": {"redirect_uri": NOT_STRINGS, "environ": ENVIRONS, "options": {}},
    "get_access_token": {},
    "granted_scopes": {},
    "import_token": {"path": STRINGS},
    "invalidate": {"access_token": STRINGS},
    "login_of": {"access_token": STRINGS},
    "log_out": {},
    "stored_token": {},
}
STORE: dict[str, dict[str, Values]] = {
    "load": {"key": KEYS},
    "save": {"key": KEYS, "token": TOKENS},
    "delete": {"key": KEYS},
    "lock": {"key": KEYS},
}
CREDENTIALS = {
    "SPOTIFY_CLIENT_ID": "id",
    "SPOTIFY_CLIENT_SECRET": "s3cret",
    "SPOTIFY_REDIRECT_URI": "https://x.example",
}

#: Valid arguments by method, where they are required or the default has an effect.
VALID: dict[str, dict[str, Any]] = {
    "authorize_by_hand": {"show": lambda line: None, "ask": lambda question: ""},
    "authorize_locally": {"patience": 0.01, "open_browser": lambda url: False},
    "ensure_login": {"open_browser": lambda url: False, "show": lambda line: None, "ask": lambda question: ""},
    "exchange_code": {"code": "c", "state": "s"},
    "import_token": {"path": "missing"},
    "exchange_redirect": {"url": "?code=c"},
    "from_env": {"environ": CREDENTIALS},
    "save": {"key": KEY, "token": TOKEN},
}


class Keyring:
    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


UNFINISHED = {"unfinished": {"key": KEYS}}
MAKERS: dict[type, Callable[[Path], Any]] = {
    StaticTokenAuth: lambda _: StaticTokenAuth("a"),
    ClientCredentialsAuth: lambda _: ClientCredentialsAuth("id", "s", transport=Recorder()),
    PkceAuth: lambda _: PkceAuth("id", "http://127.0.0.1:8000/callback", transport=Recorder()),
    AuthorizationCodeAuth: lambda _: AuthorizationCodeAuth("id", "s", "http://127.0.0.1:8000/", transport=Recorder()),
    MemoryTokenStore: lambda _: MemoryTokenStore(),
    FileTokenStore: FileTokenStore,
    KeyringTokenStore: lambda folder: KeyringTokenStore(backend=Keyring(), lock_directory=folder),
    RedisTokenStore: lambda _: RedisTokenStore("redis://127.0.0.1:1", lock_timeout=0, save_timeout=0),
}
METHODS: dict[type, dict[str, dict[str, Values]]] = {
    StaticTokenAuth: {"get_access_token": {}},
    ClientCredentialsAuth: {
        "acts_for": {},
        **{name: USER_AUTH[name] for name in ("bind_to_client", "close", "get_access_token", "invalidate")},
    },
    PkceAuth: USER_AUTH,
    AuthorizationCodeAuth: USER_AUTH,
    MemoryTokenStore: STORE,
    FileTokenStore: {**STORE, **UNFINISHED, "path": {"key": KEYS}},
    KeyringTokenStore: {**STORE, **UNFINISHED},
    RedisTokenStore: {**STORE, **UNFINISHED, "reencrypt": {}, "close": {}},
}


@pytest.mark.parametrize("kind", METHODS)
def test_all_arguments_of_all_methods_are_listed(kind: type) -> None:
    parameters = {
        name: set(inspect.signature(method).parameters) - {"self"}
        for name, method in inspect.getmembers(kind, callable)
        if not name.startswith("_")
    }

    assert {name: set(arguments) for name, arguments in METHODS[kind].items()} == parameters


@pytest.mark.parametrize(
    ("kind", "method", "argument"),
    [
        (kind, method, argument)
        for kind, methods in METHODS.items()
        for method, arguments in methods.items()
        for argument in arguments
    ],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
async def test_invalid_argument_of_a_method_is_rejected(kind: type, method: str, argument: str, tmp_path: Path) -> None:
    async def act(value: Any) -> None:
        called = getattr(MAKERS[kind](tmp_path), method)
        arguments = {**VALID.get(method, {}), argument: value}
        positional = [
            arguments.pop(name)
            for name, parameter in inspect.signature(called).parameters.items()
            if parameter.kind is parameter.POSITIONAL_ONLY
        ]
        result = called(*positional, **arguments)
        if inspect.isawaitable(result):
            await result
        elif method == "lock":
            await result.__aenter__()

    named = MAPPING if argument == "environ" else argument.removesuffix("s")
    found = {
        name: problems
        for name, value in METHODS[kind][method][argument].items()
        if (problems := faults(await error_of(lambda value=value: act(value)), named))
    }

    assert found == {}


async def test_result_of_ask_must_be_a_str() -> None:
    auth = PkceAuth("id", "http://127.0.0.1:8000/", transport=Recorder())

    error = await error_of(lambda: auth.authorize_by_hand(show=lambda line: None, ask=lambda question: None))

    assert faults(error, "ask") == []


SECRETS: Values = {**OBJECTS, "bytes": b"s3cret", "Secret of int": Secret(5), "empty": Secret("")}  # type: ignore[arg-type]
TIMES: Values = {**OBJECTS, **NONE, "without a time zone": NOW.replace(tzinfo=None), "date": NOW.date()}
SETS: Values = {**OBJECTS, **NONE, "list": ["streaming"]}

#: Valid fields by class, and invalid values by field.
DATA: dict[type, tuple[dict[str, Any], dict[str, Values]]] = {
    TokenKey: ({"client_id": "app", "user": "ana"}, {"client_id": STRINGS, "user": STRINGS}),
    Token: (
        {name: getattr(TOKEN, name) for name in inspect.signature(Token).parameters},
        {
            "access_token": {**SECRETS, **NONE},
            "refresh_token": SECRETS,
            "issued_at": TIMES,
            "expires_at": TIMES,
            "authorized_at": TIMES,
            "scopes": SETS,
        },
    ),
    AuthorizationRequest: (
        {"url": "https://x.example/", "state": Secret("s"), "redirect_uri": "https://y.example/"},
        {
            "url": {**STRINGS, "empty": ""},
            "state": {**SECRETS, **NONE},
            "code_verifier": SECRETS,
            "redirect_uri": {**STRINGS, "empty": ""},
            "scopes": SETS,
        },
    ),
}


@pytest.mark.parametrize("kind", DATA)
def test_all_fields_are_listed(kind: type) -> None:
    assert set(DATA[kind][1]) == set(inspect.signature(kind).parameters)


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind, (_, fields) in DATA.items() for field in fields],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
async def test_invalid_field_is_rejected(kind: type, field: str) -> None:
    valid, fields = DATA[kind]

    async def make(value: Any) -> None:
        kind(**{**valid, field: value})

    found = {
        name: problems
        for name, value in fields[field].items()
        if (problems := faults(await error_of(lambda value=value: make(value)), field))
    }

    assert found == {}
    assert kind(**valid)


@pytest.mark.parametrize(
    ("now", "skew"), [(5, 1.0), (None, 1.0), (NOW.replace(tzinfo=None), 1.0), (NOW, "1"), (NOW, None)], ids=str
)
async def test_is_fresh_rejects_invalid_arguments(now: Any, skew: Any) -> None:
    async def call() -> None:
        TOKEN.is_fresh(now, skew=skew)

    assert faults(await error_of(call), "now .*skew") == []


@pytest.mark.parametrize("session", [5, "s3cret", b"s3cret", ["s3cret"], LongRepr(), Token], ids=type)
async def test_from_session_requires_a_mapping(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read() -> None:
        AuthorizationRequest.from_session(session)

    assert faults(await error_of(read), "session") == []

    monkeypatch.undo()  # as an application sees the error
    error = await error_of(read)
    assert error is not None
    assert "s3cret" not in all_text_of(error)


@pytest.mark.parametrize(
    "make", [lambda: b"HUSH", lambda: ["HUSH"], lambda: {"code": "HUSH"}], ids=["bytes", "list", "dict"]
)
@pytest.mark.parametrize("argument", ["url", "code", "state"])
async def test_rejected_secret_is_in_no_frame(argument: str, make: Callable[[], Any]) -> None:
    auth = PkceAuth("id", "http://127.0.0.1:8000/", transport=Recorder())

    others = {"url": {}, "code": {"state": "s"}, "state": {"code": "c"}}[argument]
    exchange: Any = auth.exchange_redirect if argument == "url" else auth.exchange_code

    with pytest.raises(TypeError, match=f"{argument} must be a str") as caught:
        await exchange(**others, **{argument: make()})

    assert "HUSH" not in all_text_of(caught.value)


@pytest.mark.parametrize("environ", ENVIRONS.values(), ids=ENVIRONS)
async def test_environ_must_be_a_mapping_of_strings(environ: Any) -> None:
    async def read() -> None:
        assert EnvironmentCredentials(environ).client_id

    assert faults(await error_of(read), MAPPING) == []


@pytest.mark.parametrize("result", ["s3cret", None, 5, Secret("s3cret")], ids=lambda result: type(result).__name__)
@pytest.mark.parametrize("derived", [False, True])
async def test_get_access_token_must_be_async(result: Any, *, derived: bool) -> None:
    class NotAsync:
        def get_access_token(self) -> Any:
            return result

    client = AsyncSpotifyClient(auth_provider=NotAsync(), transport=Recorder())
    client = client_over(Recorder()).for_user(NotAsync()) if derived else client

    error = await error_of(client.users.get_current_profile)

    assert faults(error, f"get_access_token must be an async function; it returned {type(result).__name__}") == []


async def test_get_access_token_may_return_any_awaitable() -> None:
    class NotAsync:
        def get_access_token(self) -> Any:
            return StaticTokenAuth("t").get_access_token()

    recorder = Recorder()
    client = AsyncSpotifyClient(auth_provider=NotAsync(), transport=recorder)

    assert await error_of(client.users.get_current_profile) is None
    assert len(recorder.requests) == 1
