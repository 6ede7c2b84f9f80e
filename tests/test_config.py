"""`ClientConfig`: defaults, validation and the environment."""

import contextlib
import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.config import ClientConfig


def test_the_config_has_the_documented_defaults():
    config = ClientConfig()
    assert config.api_url == "https://api.spotify.com/v1"
    assert config.accounts_url == "https://accounts.spotify.com"
    assert (config.timeout, config.max_retries, config.max_retry_wait, config.max_concurrency) == (30.0, 3, 30.0, 50)
    assert (config.strict_decoding, config.serializer, config.trust_env) == (False, "msgspec", False)


def test_the_config_is_frozen():
    with pytest.raises(FrozenInstanceError):
        ClientConfig().timeout = 1.0  # type: ignore[misc]


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": 0},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"connect_timeout": -1.0},
        {"deadline": 0.0},
        {"max_retries": -1},
        {"max_retry_wait": -0.1},
        {"max_concurrency": 0},
        {"read_ahead": 0},
        {"max_response_bytes": 0},
        {"market": "de"},
        {"market": "DEU"},
        {"locale": "german"},
        {"serializer": "pickle"},
        {"cache": "redis"},
        {"cache_max_bytes": 0},
        {"proxy": "socks5://127.0.0.1"},
        {"user_agent": "a\r\nX-Injected: 1"},
        {"user_agent": ""},
        {"api_url": "http://api.spotify.com/v1"},
        {"api_url": "ftp://api.spotify.com"},
        {"api_url": "https://"},
        {"api_url": "https://user:secret@api.spotify.com/v1"},
        {"api_url": "https://api.spotify.com/v1?x=1"},
        {"api_url": "https://api.spotify.com\n/v1"},
        {"api_url": " https://api.spotify.com/v1"},
        {"api_url": "https://api.spotify.com:port/v1"},
        {"api_url": "https://[/v1"},
        {"proxy": "http://"},
        {"proxy": "http://["},
        {"accounts_url": "http://127.0.0.1.example.com"},
    ],
    ids=str,
)
def test_an_invalid_value_raises_with_the_name_of_the_field(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        ClientConfig(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": "30"},
        {"timeout": True},
        {"max_retries": 1.5},
        {"max_retries": False},
        {"strict_decoding": "false"},
        {"trust_env": 1},
        {"api_url": None},
        {"user_agent": None},
        {"market": 49},
        {"proxy": 3128},
    ],
    ids=str,
)
def test_an_invalid_type_raises_with_the_name_of_the_field(wrong):
    (name,) = wrong
    with pytest.raises(TypeError, match=name):
        ClientConfig(**wrong)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "http://[::1]:8080/v1", "http://localhost:8080/v1"])
def test_plain_http_is_allowed_for_loopback_addresses(url):
    assert ClientConfig(api_url=url).api_url == url


def test_a_trailing_slash_is_removed():
    assert ClientConfig(api_url="https://example.com/v1/").api_url == "https://example.com/v1"


def test_the_error_for_a_url_does_not_contain_its_password():
    with pytest.raises(ValueError, match="credentials") as caught:
        ClientConfig(api_url="https://user:hush@api.spotify.com/v1")
    assert "hush" not in str(caught.value)


def test_the_repr_does_not_contain_the_password_of_the_proxy():
    assert "hush" not in repr(ClientConfig(proxy="http://user:hush@proxy.example:3128"))


def test_from_env_converts_every_type_of_field():
    environ = {
        "SPOTIFY_API_URL": "http://127.0.0.1:1/v1",
        "SPOTIFY_TIMEOUT": "2.5",
        "SPOTIFY_DEADLINE": "60",
        "SPOTIFY_MAX_RETRIES": "7",
        "SPOTIFY_STRICT_DECODING": "true",
        "SPOTIFY_SERIALIZER": "dataclasses-json",
        "SPOTIFY_MARKET": "DE",
    }
    config = ClientConfig.from_env(environ)
    assert config == ClientConfig(
        api_url="http://127.0.0.1:1/v1",
        timeout=2.5,
        deadline=60.0,
        max_retries=7,
        strict_decoding=True,
        serializer="dataclasses-json",
        market="DE",
    )


def test_unset_and_empty_variables_keep_the_defaults():
    assert ClientConfig.from_env({"SPOTIFY_TIMEOUT": "", "OTHER": "1"}) == ClientConfig()


@pytest.mark.parametrize(
    ("variable", "text"), [("SPOTIFY_TIMEOUT", "soon"), ("SPOTIFY_MAX_RETRIES", "1.5"), ("SPOTIFY_TRUST_ENV", "maybe")]
)
def test_an_invalid_variable_is_named(variable, text):
    with pytest.raises(ValueError, match=variable):
        ClientConfig.from_env({variable: text})


@given(st.sampled_from([field.name for field in fields(ClientConfig)]), st.text(max_size=20))
def test_any_value_of_a_variable_is_read_or_raises_value_error(name, text):
    with contextlib.suppress(ValueError):
        ClientConfig.from_env({f"SPOTIFY_{name.upper()}": text})


def test_replace_validates():
    with pytest.raises(ValueError, match="max_retries"):
        replace(ClientConfig(), max_retries=-1)


def test_from_env_reads_redis_and_rate_limit_settings():
    environ = {
        "SPOTIFY_REDIS_URL": "redis://127.0.0.1:6379/0",
        "SPOTIFY_REDIS_PREFIX": "jukebox",
        "SPOTIFY_TOKEN_ENCRYPTION_KEYS": "new, old",
        "SPOTIFY_CACHE": "redis",
        "SPOTIFY_RATE_LIMIT": "180",
        "SPOTIFY_PRIORITY": "bulk",
    }
    assert ClientConfig.from_env(environ) == ClientConfig(
        redis_url="redis://127.0.0.1:6379/0",
        redis_prefix="jukebox",
        token_encryption_keys=("new", "old"),
        cache="redis",
        rate_limit=180,
        priority="bulk",
    )


def test_from_env_reads_the_settings_of_the_cache():
    environ = {
        "SPOTIFY_CACHE_TTL": "album=86400, playlist = 60,search=0.5",
        "SPOTIFY_STALE_WHILE_REVALIDATE": "30",
        "SPOTIFY_STALE_IF_REFUSED": "true",
    }
    assert ClientConfig.from_env(environ) == ClientConfig(
        cache_ttl={"album": 86400, "playlist": 60, "search": 0.5}, stale_while_revalidate=30, stale_if_refused=True
    )
    assert ClientConfig.from_env({"SPOTIFY_STALE_IF_REFUSED": "3600"}).stale_if_refused == 3600


@pytest.mark.parametrize("text", ["album", "album=", "=60x", "album=60;playlist=60", "60"])
def test_an_invalid_ttl_in_the_environment_is_named(text):
    with pytest.raises(ValueError, match="SPOTIFY_CACHE_TTL must be numbers by name, such as album=86400,playlist=60"):
        ClientConfig.from_env({"SPOTIFY_CACHE_TTL": text})


def test_a_later_change_of_the_mapping_does_not_change_the_config():
    ttl = {"album": 60}
    config = ClientConfig(cache_ttl=ttl)
    ttl["album"] = 0
    assert config.cache_ttl == {"album": 60}
    assert hash(config) == hash(ClientConfig(cache_ttl={"album": 60}))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1000", 1000), ("get-an-album=500, *=2000", {"get-an-album": 500, "*": 2000}), ("*=7,", {"*": 7})],
)
def test_from_env_reads_the_daily_limit(value, expected):
    assert ClientConfig.from_env({"SPOTIFY_DAILY_LIMIT": value}).daily_limit == expected


@pytest.mark.parametrize("value", ["many", "get-an-album", "get-an-album=", "=", "*=5;6"])
def test_a_daily_limit_in_another_format_raises(value):
    with pytest.raises(ValueError, match="SPOTIFY_DAILY_LIMIT must be an integer, or such as get-an-album=500"):
        ClientConfig.from_env({"SPOTIFY_DAILY_LIMIT": value})


def test_a_config_with_a_mapping_can_be_hashed_and_pickled_and_keeps_a_copy():
    limits = {"*": 5}
    config = ClientConfig(daily_limit=limits)
    limits["*"] = 6
    assert config.daily_limit == {"*": 5}
    assert pickle.loads(pickle.dumps(config)) == config
    assert {config: 1}[replace(config)] == 1


@pytest.mark.parametrize(
    ("wrong", "kind", "text"),
    [
        ({"usage_path": "x", "redis_url": "redis://127.0.0.1"}, ValueError, "usage_path is for clients without"),
        ({"account": "acme"}, ValueError, "account needs a redis_url or a usage_path"),
        ({"redis_url": "http://127.0.0.1"}, ValueError, "redis_url must be a redis://"),
        ({"redis_url": 6379}, TypeError, "redis_url"),
        ({"cache": "redis"}, ValueError, "needs a redis_url"),
        ({"redis_prefix": ""}, ValueError, "redis_prefix"),
        (
            {"token_encryption_keys": "key"},
            TypeError,
            "token_encryption_keys must be a tuple, or a function that returns one, not str",
        ),
        ({"token_encryption_keys": (1,)}, TypeError, "token_encryption_keys.0. must be a str, not int"),
        ({"rate_limit": 0}, ValueError, "rate_limit"),
        ({"rate_limit_reserve": 1}, ValueError, "rate_limit_reserve"),
        ({"rate_window": 0}, ValueError, "rate_window"),
        ({"retry_budget": -1}, ValueError, "retry_budget"),
        ({"priority": "high"}, ValueError, "priority"),
    ],
    ids=str,
)
def test_invalid_redis_and_rate_limit_settings_raise(wrong, kind, text):
    with pytest.raises(kind, match=text):
        ClientConfig(**wrong)


def test_the_repr_does_not_contain_redis_password_and_keys():
    config = ClientConfig(redis_url="redis://:hush@127.0.0.1", token_encryption_keys=("hush",))
    assert "hush" not in repr(config)
