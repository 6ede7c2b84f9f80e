"""What settings, auth providers and token stores are made of is refused on the spot, and what is secret never shown."""

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
    "open brackets": "https://[",
    "a port that is none": "https://x.example:port",
    "letters of all kinds": "https://exämple.com",
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
    "in the clear": "http://api.spotify.com",
    "a password": "https://user:s3cret@x.example",
    "a query": "https://x.example?token=s3cret",
    "a fragment": "https://x.example#s3cret",
}
FLAGS: Values = {"a text": "false", "zero": 0, "None": None, "a list": [], "an object": LongRepr()}
WORDS: Values = {**NOT_STRINGS, **EMPTY, **SURROGATES, "another word": "other", "long": LONG, "capitals": "AUTO"}
CODES: Values = {
    **NOT_STRINGS,
    **EMPTY,
    **SURROGATES,
    "small letters": "de",
    "long": LONG,
    "a header": "DE\r\nX-Injected: 1",
    "a line end": "es_MX\n",
}
HEADER: Values = {**NOT_STRINGS, "empty": "", **SURROGATES, **CONTROLS, "letters of all kinds": "Zoë"}
NOT_NONE: Values = {"None": None}

#: What is wrong, by setting.
SETTINGS: dict[str, Values] = {
    "api_url": {**API_URLS, **NOT_NONE},
    "accounts_url": {**API_URLS, **NOT_NONE},
    **dict.fromkeys(("timeout", "connect_timeout", "retry_base_delay", "retry_max_delay"), ABOVE_ZERO),
    "keepalive_timeout": ABOVE_ZERO,
    "rate_window": ABOVE_ZERO,
    "rate_limit": {**COUNTS, "zero": 0},
    "rate_limit_reserve": {**SECONDS, **NOT_NONE, "all": 1.0},
    "retry_budget": COUNTS,
    "priority": {**WORDS, **NOT_NONE},
    "deadline": {**SECONDS, "zero": 0},
    "max_retries": {**COUNTS, **NOT_NONE},
    "max_retry_wait": {**SECONDS, **NOT_NONE},
    "max_concurrency": {**COUNTS, **NOT_NONE, "zero": 0},
    "max_response_bytes": {**COUNTS, **NOT_NONE, "zero": 0},
    "token_expiry_skew": {**SECONDS, **NOT_NONE},
    "cache": {**WORDS, **NOT_NONE},
    "cache_max_bytes": {**COUNTS, **NOT_NONE, "zero": 0},
    "redis_url": {
        **URLS,
        **PASSWORDS,
        "another scheme": "http://x.example",
        "a password": "https://user:s3cret@x.example",
    },
    "redis_prefix": {**NOT_STRINGS, **EMPTY, **SURROGATES, **NOT_NONE},
    "token_encryption_keys": {
        "None": None,
        "a text": "s3cret",
        "bytes": b"s3cret",
        "a number": 5,
        "a list": ["s3cret"],
        "a number in it": ("s3cret", 5),
        "an object": LongRepr(),
    },
    "quota_mode": {**WORDS, **NOT_NONE},
    "market": CODES,
    "locale": CODES,
    "strict_decoding": FLAGS,
    "serializer": {**WORDS, **NOT_NONE},
    "proxy": {**URLS, **PASSWORDS, "a password": "socks5://user:s3cret@x.example"},
    "trust_env": FLAGS,
    "user_agent": {**HEADER, **NOT_NONE},
}


class Backend:
    """As much of a keyring as a store is made of."""

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
    "letters of all kinds": "s3cret-ö",
    "NUL": "s3cret\0",
}
OBJECTS: Values = {"a text": "x", "a number": 5, "a dictionary": {}, "an object": LongRepr(), "a class": Recorder}
USER_AUTH: dict[str, Values] = {
    "client_id": TOKENS,
    "redirect_uri": {
        **URLS,
        **NOT_NONE,
        "in the clear": "http://x.example/",
        "localhost": "http://localhost:8000/callback",
        "long and localhost": f"http://localhost/{LONG}",
        "a password": "https://user:s3cret@x.example/",
        "a fragment": "https://x.example/#s3cret",
    },
    "scopes": {
        **{name: value for name, value in NOT_STRINGS.items() if name not in {"a list", "a dictionary"}},
        "None": None,
        "numbers": [5],
        "an empty one": [""],
        "two in one": ["streaming user-read-email"],
        "a header": ["streaming\r\nX-Injected: 1"],
        "half a character": ["\ud800"],
        "long": [f"{LONG} "],
        "objects": [LongRepr()],
    },
    "user": {**NOT_STRINGS, **EMPTY, **SURROGATES, **NOT_NONE},
    "store": {**OBJECTS, "the class of one": MemoryTokenStore},
    "on_token_change": {"a text": "x", "a number": 5, "an object": LongRepr()},
    "config": {**OBJECTS, "the class": ClientConfig},
    "transport": OBJECTS,
    "clock": OBJECTS,
}
PATHS: Values = {
    **NOT_STRINGS,
    **EMPTY,
    "NUL": "a\0b",
    "half a character": "\ud800",
    "a path of bytes": types.SimpleNamespace(__fspath__=lambda: b"x"),
}

COMPONENTS = ("store", "config", "transport", "clock")
REDIS: Values = {
    **NOT_STRINGS,
    **EMPTY,
    **PASSWORDS,
    **NOT_NONE,
    "another scheme": "https://user:s3cret@x.example",
    "a port that is none": "redis://:s3cret@x.example:port",
    "no host": "redis://",
    "no host but a password": "redis://:s3cret@",
    "no path": "unix://",
    "a database that is none": "redis://x.example/first",
    "a database below 0": "redis://x.example/-1",
    "a slash in the password": "redis://:12/s3cret@x.example",
    "a hash in the password": "redis://:12#s3cret@x.example",
    "a question mark in the password": "redis://:12?s3cret@x.example",
    "a hash and more in the password": "redis://:a@b/1#s3cret@x.example",
    "an option that there is not": "redis://x.example?s3cret=1",
    "an option that is none": "redis://x.example?socket_timeout=s3cret",
    "an option of TLS that is none": "rediss://x.example?ssl_cert_reqs=s3cret",
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

#: By class: what it is made of when all is well, and what is wrong with each argument.
MADE_OF: dict[Callable[..., Any], tuple[dict[str, Any], dict[str, Values]]] = {
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
                "a text": "s3cret",
                "no key": ["s3cret"],
                "a number in it": [5],
            },
            **{name: {**SECONDS, **NOT_NONE} for name in ("lock_lifetime", "lock_timeout", "save_timeout", "timeout")},
            "clock": OBJECTS,
            "rng": {"a text": "x", "a number": 5, "an object": LongRepr()},
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
            "when_away": {**WORDS, **NOT_NONE},
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
    CachingTransport: (
        {"transport": Recorder(), "cache": MemoryResponseCache(), "config": ClientConfig()},
        {
            "transport": {**OBJECTS, **NOT_NONE},
            "cache": {**OBJECTS, **NOT_NONE, "the class of one": MemoryResponseCache},
            "config": {**OBJECTS, **NOT_NONE, "the class": ClientConfig},
            "clock": OBJECTS,
        },
    ),
}


def refused(make: Callable[..., Any], arguments: dict[str, Any], named: str) -> list[str]:
    try:
        make(**arguments)
    except Exception as error:  # noqa: BLE001  what it is has to be judged
        return faults(error, named)
    return faults(None, named)


def test_every_setting_is_listed() -> None:
    assert set(SETTINGS) == {setting.name for setting in fields(ClientConfig)}


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_that_cannot_be_is_refused_by_name(setting: str) -> None:
    found = {
        name: problems
        for name, value in SETTINGS[setting].items()
        if (problems := refused(ClientConfig, {setting: value}, setting))
    }

    assert found == {}


@pytest.mark.parametrize("environ", [5, "SPOTIFY_TIMEOUT=1", [("SPOTIFY_TIMEOUT", "1")], LongRepr()], ids=type)
def test_an_environment_is_a_mapping(environ: Any) -> None:
    assert refused(ClientConfig.from_env, {"environ": environ}, "environ must be a mapping") == []


@pytest.mark.parametrize("text", ["9" * 10_000, "-" + "9" * 10_000, "1e999", "nan", LONG, "\udcff"], ids=lambda _: "")
@pytest.mark.parametrize("name", ["timeout", "max_retries", "api_url", "market", "serializer", "trust_env"])
def test_what_the_environment_cannot_mean_is_refused_by_name(name: str, text: str) -> None:
    variable = f"SPOTIFY_{name.upper()}"

    assert refused(ClientConfig.from_env, {"environ": {variable: text}}, f"{variable}|{name}") == []


@pytest.mark.parametrize("made", MADE_OF, ids=lambda made: made.__name__)
def test_every_argument_of_a_constructor_is_listed(made: Callable[..., Any]) -> None:
    _, wrong = MADE_OF[made]

    arguments = set(inspect.signature(made).parameters)
    if "options" in arguments:
        arguments = (arguments - {"options"}) | set(UserAuthOptions.__annotations__)
    assert set(wrong) == arguments


@pytest.mark.parametrize(
    ("made", "argument"),
    [(made, argument) for made, (_, wrong) in MADE_OF.items() for argument in wrong],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
def test_what_nothing_can_be_made_of_is_refused(made: Callable[..., Any], argument: str) -> None:
    good, wrong = MADE_OF[made]

    found = {
        name: problems
        for name, value in wrong[argument].items()
        if (problems := refused(made, {**good, argument: value}, argument.removesuffix("s").replace("_", "[_ ]")))
    }

    assert found == {}


@pytest.mark.parametrize("made", MADE_OF, ids=lambda made: made.__name__)
def test_what_is_good_is_taken(made: Callable[..., Any]) -> None:
    good, _ = MADE_OF[made]

    assert made(**{**good, **({"access_token": "t"} if made is StaticTokenAuth else {})})


@pytest.mark.skipif(sys.platform == "win32", reason="names of files are Unicode there")
def test_a_folder_may_have_a_name_that_is_no_text(tmp_path: Any) -> None:
    assert FileTokenStore(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
