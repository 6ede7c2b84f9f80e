"""Constructors of settings, auth providers, stores, caches and limiters refuse wrong arguments and show no secrets."""

from __future__ import annotations

import inspect
import os
import sys
import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import pytest

from spotify import (
    AuthorizationCodeAuth,
    CachingTransport,
    ClientConfig,
    ClientCredentialsAuth,
    FileTokenStore,
    KeyringTokenStore,
    MemoryResponseCache,
    MemoryTokenStore,
    PkceAuth,
    RedisRateLimiter,
    RedisResponseCache,
    RedisTokenStore,
    SqliteResponseCache,
    StaticTokenAuth,
)
from spotify.impl.auth.user_auth import UserAuthOptions
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.testing import FakeClock
from tests.support.bad_input_judging import Recorder, faults
from tests.support.bad_values import EMPTY, HUGE, LONG, NOT_INTEGERS, NOT_STRINGS, SURROGATES, LongRepr

Values = Mapping[str, Any]

SECONDS: Values = {
    **{name: value for name, value in NOT_INTEGERS.items() if name != "a float"},
    "negative": -0.1,
    "negative infinity": float("-inf"),
    "huge": HUGE,
    "huge and negative": -HUGE,
}
ABOVE_ZERO: Values = {**SECONDS, "zero": 0, "None": None}
COUNTS: Values = {**NOT_INTEGERS, "negative": -1, "huge": HUGE, "huge and negative": -HUGE}
CONTROLS: Values = {
    "a header": "https://x.example/\r\nX-Injected: 1",
    "a line end": "https://x.example/\n",
    "a tab": "https://x.ex\tample/",
    "NUL": "https://x.example/\0",
    "right to left": "https://x.example/\u202e",
}
URLS: Values = {
    **NOT_STRINGS,
    **EMPTY,
    **SURROGATES,
    **CONTROLS,
    "another scheme": "ftp://x.example",
    "a file": "file:///etc/passwd",
    "a path": "/v1",
    "a host": "x.example",
    "no host": "https://",
    "an open bracket": "https://[",
    "an invalid port": "https://x.example:port",
    "not ASCII": "https://exämple.com",
    "long": LONG,
    "a long host": f"ftp://{LONG}",
}
PASSWORDS: Values = {
    "a slash in a password": "https://:s3cret/x@x.example",
    "a bracket in a password": "https://:s3cret[x@x.example",
}
API_URLS: Values = {
    **URLS,
    **PASSWORDS,
    "without TLS": "http://api.spotify.com",
    "a password": "https://user:s3cret@x.example",
    "a query": "https://x.example?token=s3cret",
    "a fragment": "https://x.example#s3cret",
}
FLAGS: Values = {"a str": "false", "zero": 0, "None": None, "a list": [], "an object": LongRepr()}
WORDS: Values = {**NOT_STRINGS, **EMPTY, **SURROGATES, "another value": "other", "long": LONG, "upper case": "AUTO"}
CODES: Values = {
    **NOT_STRINGS,
    **EMPTY,
    **SURROGATES,
    "lower case": "de",
    "long": LONG,
    "a header": "DE\r\nX-Injected: 1",
    "a line end": "es_MX\n",
}
HEADER: Values = {**NOT_STRINGS, "empty": "", **SURROGATES, **CONTROLS, "not ASCII": "Zoë"}
NOT_NONE: Values = {"None": None}
PATHS: Values = {
    **NOT_STRINGS,
    **EMPTY,
    "NUL": "a\0b",
    "a surrogate": "\ud800",
    "a path of bytes": types.SimpleNamespace(__fspath__=lambda: b"x"),
}

#: The wrong values of each setting.
SETTINGS: dict[str, Values] = {
    "api_url": {**API_URLS, **NOT_NONE},
    "accounts_url": {**API_URLS, **NOT_NONE},
    **dict.fromkeys(("timeout", "connect_timeout", "retry_base_delay", "retry_max_delay"), ABOVE_ZERO),
    "keepalive_timeout": ABOVE_ZERO,
    "rate_window": ABOVE_ZERO,
    "rate_limit": {**COUNTS, "zero": 0},
    "rate_limit_reserve": {**SECONDS, **NOT_NONE, "all": 1.0},
    "daily_limit": {
        **COUNTS,
        "a dictionary": {},
        "zero": 0,
        "zero in it": {"*": 0},
        "a str in it": {"*": "5"},
        "an int name": {5: 5},
    },
    "usage_path": {**NOT_STRINGS, **EMPTY, **SURROGATES},
    "account": {**NOT_STRINGS, **EMPTY, **SURROGATES, "no ledger": "acme"},
    "retry_budget": COUNTS,
    "priority": {**WORDS, **NOT_NONE},
    "deadline": {**SECONDS, "zero": 0},
    "max_retries": {**COUNTS, **NOT_NONE},
    "max_retry_wait": {**SECONDS, **NOT_NONE},
    "write_settle_time": SECONDS,
    "max_concurrency": {**COUNTS, **NOT_NONE, "zero": 0},
    "read_ahead": {**COUNTS, **NOT_NONE, "zero": 0},
    "max_response_bytes": {**COUNTS, **NOT_NONE, "zero": 0},
    "token_expiry_skew": {**SECONDS, **NOT_NONE},
    "cache": {**WORDS, **NOT_NONE},
    "cache_max_bytes": {**COUNTS, **NOT_NONE, "zero": 0},
    "ca_file": PATHS,
    "cache_path": PATHS,
    "cache_ttl": {
        **{name: value for name, value in NOT_STRINGS.items() if name != "a dictionary"},
        "None": None,
        "another kind": {"albums": 60},
        "a long kind": {LONG: 60},
        "an int as a key": {5: 60},
        "an empty key": {"": 60},
        **{f"{name} as seconds": {"album": value} for name, value in {**SECONDS, **NOT_NONE}.items()},
    },
    "stale_while_revalidate": {**SECONDS, **NOT_NONE},
    "stale_if_refused": {name: value for name, value in {**SECONDS, **NOT_NONE}.items() if name != "a bool"},
    "redis_url": {
        **URLS,
        **PASSWORDS,
        "another scheme": "http://x.example",
        "a password": "https://user:s3cret@x.example",
    },
    "redis_prefix": {**NOT_STRINGS, **EMPTY, **SURROGATES, **NOT_NONE},
    "token_encryption_keys": {
        "None": None,
        "a str": "s3cret",
        "bytes": b"s3cret",
        "an int": 5,
        "a list": ["s3cret"],
        "an int in it": ("s3cret", 5),
        "an object": LongRepr(),
    },
    "quota_mode": {**WORDS, **NOT_NONE},
    "market": CODES,
    "locale": CODES,
    "name": NOT_STRINGS,
    "strict_decoding": FLAGS,
    "serializer": {**WORDS, **NOT_NONE},
    "proxy": {**URLS, **PASSWORDS, "a password": "socks5://user:s3cret@x.example"},
    "trust_env": FLAGS,
    "user_agent": {**HEADER, **NOT_NONE},
}


class Backend:
    """The methods of a keyring backend that a store uses."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


TOKENS: Values = {
    **NOT_STRINGS,
    **EMPTY,
    **SURROGATES,
    "None": None,
    "a header": "s3cret\r\nX-Injected: 1",
    "a line end": "s3cret\n",
    "a space": "s3cret s3cret",
    "not ASCII": "s3cret-ö",
    "NUL": "s3cret\0",
}
OBJECTS: Values = {"a str": "x", "an int": 5, "a dictionary": {}, "an object": LongRepr(), "a class": Recorder}
USER_AUTH: dict[str, Values] = {
    "client_id": TOKENS,
    "redirect_uri": {
        **URLS,
        **NOT_NONE,
        "without TLS": "http://x.example/",
        "localhost": "http://localhost:8000/callback",
        "long and localhost": f"http://localhost/{LONG}",
        "a password": "https://user:s3cret@x.example/",
        "a fragment": "https://x.example/#s3cret",
    },
    "scopes": {
        **{name: value for name, value in NOT_STRINGS.items() if name not in {"a list", "a dictionary"}},
        "None": None,
        "numbers": [5],
        "an empty scope": [""],
        "two in one str": ["streaming user-read-email"],
        "a header": ["streaming\r\nX-Injected: 1"],
        "a surrogate": ["\ud800"],
        "long": [f"{LONG} "],
        "objects": [LongRepr()],
    },
    "user": {**NOT_STRINGS, **EMPTY, **SURROGATES, **NOT_NONE},
    "store": {**OBJECTS, "the class": MemoryTokenStore},
    "on_token_change": {"a str": "x", "an int": 5, "an object": LongRepr()},
    "config": {**OBJECTS, "the class itself": ClientConfig},
    "transport": OBJECTS,
    "clock": OBJECTS,
}

COMPONENTS = ("store", "config", "transport", "clock")
REDIS: Values = {
    **NOT_STRINGS,
    **EMPTY,
    **PASSWORDS,
    **NOT_NONE,
    "another scheme": "https://user:s3cret@x.example",
    "an invalid port": "redis://:s3cret@x.example:port",
    "no host": "redis://",
    "a password without a host": "redis://:s3cret@",
    "no path": "unix://",
    "an invalid database": "redis://x.example/first",
    "a negative database": "redis://x.example/-1",
    "a slash in the password": "redis://:12/s3cret@x.example",
    "a hash in the password": "redis://:12#s3cret@x.example",
    "a question mark in the password": "redis://:12?s3cret@x.example",
    "a hash and more in the password": "redis://:a@b/1#s3cret@x.example",
    "an unknown option": "redis://x.example?s3cret=1",
    "an invalid option": "redis://x.example?socket_timeout=s3cret",
    "an invalid TLS option": "rediss://x.example?ssl_cert_reqs=s3cret",
    "long": LONG,
}
KEY_PREFIX: Values = {**NOT_STRINGS, **EMPTY, **SURROGATES, **NOT_NONE}
AT_LEAST_ONE: Values = {**COUNTS, **NOT_NONE, "zero": 0}
RATES: dict[str, Values] = {
    "max_concurrency": AT_LEAST_ONE,
    "rate_limit": {**COUNTS, "zero": 0},
    "rate_window": ABOVE_ZERO,
    "reserve": {**SECONDS, **NOT_NONE, "all": 1.0},
}

#: By class: valid arguments, and the wrong values of each argument.
CONSTRUCTORS: dict[Callable[..., Any], tuple[dict[str, Any], dict[str, Values]]] = {
    StaticTokenAuth: ({}, {"access_token": TOKENS}),
    ClientCredentialsAuth: (
        {"client_id": "id", "client_secret": "s3cret"},
        {
            "client_id": TOKENS,
            "client_secret": TOKENS,
            **{name: USER_AUTH[name] for name in COMPONENTS},
        },
    ),
    PkceAuth: ({"client_id": "id", "redirect_uri": "http://127.0.0.1:8000/callback"}, USER_AUTH),
    AuthorizationCodeAuth: (
        {"client_id": "id", "client_secret": "s3cret", "redirect_uri": "https://x.example/callback"},
        {**USER_AUTH, "client_secret": TOKENS},
    ),
    FileTokenStore: ({"directory": "tokens"}, {"directory": {**PATHS, **NOT_NONE}, "lock_timeout": SECONDS}),
    KeyringTokenStore: (
        {"backend": Backend()},
        {
            "service": {**NOT_STRINGS, **EMPTY, **SURROGATES, **NOT_NONE},
            "backend": OBJECTS,
            "lock_directory": PATHS,
            "lock_timeout": SECONDS,
        },
    ),
    MemoryTokenStore: ({}, {}),
    RedisTokenStore: (
        {"redis": "redis://127.0.0.1"},
        {
            "redis": REDIS,
            "prefix": KEY_PREFIX,
            "encryption_keys": {
                **{name: value for name, value in NOT_STRINGS.items() if name != "a dictionary"},
                **NOT_NONE,
                "a str": "s3cret",
                "no key": ["s3cret"],
                "an int in it": [5],
            },
            **{name: {**SECONDS, **NOT_NONE} for name in ("lock_lifetime", "lock_timeout", "save_timeout", "timeout")},
            "clock": OBJECTS,
            "rng": {"a str": "x", "an int": 5, "an object": LongRepr()},
        },
    ),
    InProcessRateLimiter: (
        {"max_concurrency": 5, "clock": FakeClock()},
        {**RATES, "clock": {**OBJECTS, **NOT_NONE}},
    ),
    RedisRateLimiter: (
        {"redis": "redis://127.0.0.1", "application": "id"},
        {
            **RATES,
            "redis": REDIS,
            "application": KEY_PREFIX,
            "when_unavailable": {**WORDS, **NOT_NONE},
            "lease": ABOVE_ZERO,
            "timeout": ABOVE_ZERO,
            "prefix": KEY_PREFIX,
            "clock": OBJECTS,
        },
    ),
    MemoryResponseCache: ({}, {"max_bytes": AT_LEAST_ONE, "max_entries": AT_LEAST_ONE}),
    RedisResponseCache: (
        {"redis": "redis://127.0.0.1"},
        {
            "redis": REDIS,
            "prefix": KEY_PREFIX,
            "timeout": ABOVE_ZERO,
            "pause": {**SECONDS, **NOT_NONE},
            "max_age": {**ABOVE_ZERO, "too short": 0.9},
            "max_entry_bytes": AT_LEAST_ONE,
            "clock": OBJECTS,
        },
    ),
    SqliteResponseCache: (
        {},
        {
            "path": PATHS,
            "max_bytes": AT_LEAST_ONE,
            "max_age": {**ABOVE_ZERO, "too short": 0.9},
            "timeout": ABOVE_ZERO,
            "clock": OBJECTS,
        },
    ),
    CachingTransport: (
        {"transport": Recorder(), "cache": MemoryResponseCache(), "config": ClientConfig()},
        {
            "transport": {**OBJECTS, **NOT_NONE},
            "cache": {**OBJECTS, **NOT_NONE, "the class": MemoryResponseCache},
            "config": {**OBJECTS, **NOT_NONE, "the class itself": ClientConfig},
            "clock": OBJECTS,
        },
    ),
}


def refused(create: Callable[..., Any], arguments: dict[str, Any], named: str) -> list[str]:
    try:
        create(**arguments)
    except Exception as error:  # noqa: BLE001  `faults` judges it
        return faults(error, named)
    return faults(None, named)


def test_every_setting_is_listed() -> None:
    assert set(SETTINGS) == {setting.name for setting in fields(ClientConfig)}


@pytest.mark.parametrize("setting", SETTINGS)
def test_wrong_settings_are_refused_by_name(setting: str) -> None:
    failures = {
        name: problems
        for name, value in SETTINGS[setting].items()
        if (problems := refused(ClientConfig, {setting: value}, setting))
    }

    assert failures == {}


@pytest.mark.parametrize("environ", [5, "SPOTIFY_TIMEOUT=1", [("SPOTIFY_TIMEOUT", "1")], LongRepr()], ids=type)
def test_an_environment_must_be_a_mapping(environ: Any) -> None:
    assert refused(ClientConfig.from_env, {"environ": environ}, "environ must be a mapping") == []


@pytest.mark.parametrize("name", ["timeout", "max_retries", "api_url", "market", "serializer", "trust_env"])
def test_wrong_environment_variables_are_refused_by_name(name: str) -> None:
    variable = f"SPOTIFY_{name.upper()}"

    for value in ("9" * 10_000, "-" + "9" * 10_000, "1e999", "nan", LONG, "\udcff"):
        assert refused(ClientConfig.from_env, {"environ": {variable: value}}, f"{variable}|{name}") == []


for_each_constructor = pytest.mark.parametrize("create", CONSTRUCTORS, ids=lambda create: create.__name__)


@for_each_constructor
def test_every_argument_of_a_constructor_is_listed(create: Callable[..., Any]) -> None:
    _, wrong = CONSTRUCTORS[create]

    arguments = set(inspect.signature(create).parameters)
    if "options" in arguments:
        arguments = (arguments - {"options"}) | set(UserAuthOptions.__annotations__)
    assert set(wrong) == arguments


@for_each_constructor
def test_wrong_arguments_are_refused_by_name(create: Callable[..., Any]) -> None:
    good, wrong = CONSTRUCTORS[create]

    failures = {
        f"{argument}: {name}": problems
        for argument, values in wrong.items()
        for name, value in values.items()
        if (problems := refused(create, {**good, argument: value}, argument.removesuffix("s").replace("_", "[_ ]")))
    }

    assert failures == {}


@for_each_constructor
def test_valid_arguments_are_accepted(create: Callable[..., Any]) -> None:
    good, _ = CONSTRUCTORS[create]

    assert create(**{**good, **({"access_token": "t"} if create is StaticTokenAuth else {})})


@pytest.mark.skipif(sys.platform == "win32", reason="names of files are Unicode there")
def test_a_directory_name_may_be_bytes_that_are_not_utf8(tmp_path: Any) -> None:
    assert FileTokenStore(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
