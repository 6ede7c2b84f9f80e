"""`Secret`, and credentials in the environment."""

import pickle

import pytest

from spotify import AuthorizationCodeAuth, PkceAuth
from spotify.credentials import EnvironmentCredentials, Secret
from tests.support.error_text import all_text_of

OWN = {
    "SPOTIFY_CLIENT_ID": "own",
    "SPOTIFY_CLIENT_SECRET": "HUSH-own",
    "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:1/",
}
SPOTIPY = {
    "SPOTIPY_CLIENT_ID": "spotipy",
    "SPOTIPY_CLIENT_SECRET": "HUSH-spotipy",
    "SPOTIPY_REDIRECT_URI": "http://127.0.0.1:2/",
}
SDK = {
    "SPOTIFY_SDK_CLIENT_ID": "sdk",
    "SPOTIFY_SDK_CLIENT_SECRET": "HUSH-sdk",
    "SPOTIFY_SDK_REDIRECT_URI": "http://127.0.0.1:3/",
}


def all_of(credentials):
    return credentials.client_id, credentials.client_secret.reveal(), credentials.redirect_uri


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (OWN, ("own", "HUSH-own", "http://127.0.0.1:1/")),
        (SPOTIPY, ("spotipy", "HUSH-spotipy", "http://127.0.0.1:2/")),
        (SDK, ("sdk", "HUSH-sdk", "http://127.0.0.1:3/")),
    ],
    ids=["own", "spotipy", "spotify-sdk"],
)
def test_variables_of_each_client_are_read(environ, expected):
    assert all_of(EnvironmentCredentials(environ)) == expected


def test_own_variables_take_precedence():
    assert EnvironmentCredentials({**SDK, **SPOTIPY, **OWN}).client_id == "own"
    assert EnvironmentCredentials({**SDK, **SPOTIPY}).client_id == "spotipy"


def test_blank_variable_counts_as_unset():
    assert EnvironmentCredentials({**SPOTIPY, **dict.fromkeys(OWN, " \n")}).client_id == "spotipy"


def test_whitespace_around_a_value_is_stripped():
    assert EnvironmentCredentials({"SPOTIFY_CLIENT_ID": " own\n"}).client_id == "own"


@pytest.mark.parametrize("half", ["client_id", "client_secret"])
def test_id_and_secret_have_the_same_prefix(half):
    variable = f"SPOTIFY_{half.upper()}"
    credentials = EnvironmentCredentials({**SPOTIPY, variable: OWN[variable]})
    (other,) = {"client_id", "client_secret"} - {half}
    with pytest.raises(ValueError, match=rf"SPOTIFY_{other.upper()}, because {variable} is set$"):
        getattr(credentials, other)


def test_redirect_uri_may_have_another_prefix():
    credentials = EnvironmentCredentials({**SPOTIPY, "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:1/"})
    assert all_of(credentials) == ("spotipy", "HUSH-spotipy", "http://127.0.0.1:1/")


@pytest.mark.parametrize("name", ["client_id", "client_secret", "redirect_uri"])
def test_missing_credential_names_all_variables(name):
    with pytest.raises(ValueError, match=f"{name} is missing") as caught:
        getattr(EnvironmentCredentials({}), name)
    for prefix in ("SPOTIFY_", "SPOTIPY_", "SPOTIFY_SDK_"):
        assert prefix + name.upper() in str(caught.value)


def test_environ_defaults_to_os_environ(monkeypatch):
    for variable, value in OWN.items():
        monkeypatch.setenv(variable, value)
    assert all_of(EnvironmentCredentials()) == tuple(OWN.values())


@pytest.mark.parametrize("kind", [PkceAuth, AuthorizationCodeAuth])
def test_from_env_reads_the_credentials(kind):
    auth = kind.from_env(environ=OWN, user="ana", scopes=["streaming"])
    url = auth.authorization_url()
    assert type(auth) is kind
    assert (auth.key.client_id, auth.key.user) == ("own", "ana")
    assert "client_id=own" in url
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2F" in url
    assert "scope=streaming" in url


def test_public_client_needs_no_secret():
    environ = {name: value for name, value in OWN.items() if name != "SPOTIFY_CLIENT_SECRET"}
    assert PkceAuth.from_env(environ=environ).key.client_id == "own"
    with pytest.raises(ValueError, match="SPOTIFY_CLIENT_SECRET"):
        AuthorizationCodeAuth.from_env(environ=environ)


@pytest.mark.parametrize("kind", [PkceAuth, AuthorizationCodeAuth])
def test_redirect_uri_argument_takes_precedence(kind):
    auth = kind.from_env(environ={**OWN, "SPOTIFY_REDIRECT_URI": ""}, redirect_uri="https://example.org/callback")
    assert "redirect_uri=https%3A%2F%2Fexample.org%2Fcallback" in auth.authorization_url()


@pytest.mark.parametrize("kind", [PkceAuth, AuthorizationCodeAuth])
def test_localhost_redirect_uri_is_rejected_with_variable_and_alternative(kind):
    environ = {**SPOTIPY, "SPOTIPY_REDIRECT_URI": "http://localhost:8888/callback"}
    with pytest.raises(ValueError, match=r"variable SPOTIPY_REDIRECT_URI: .*'http://127\.0\.0\.1:8888/callback'"):
        kind.from_env(environ=environ)


@pytest.mark.parametrize("kind", [PkceAuth, AuthorizationCodeAuth])
@pytest.mark.parametrize(
    "changes",
    [{"SPOTIFY_REDIRECT_URI": "http://localhost/"}, {"SPOTIFY_REDIRECT_URI": ""}, {"SPOTIFY_CLIENT_ID": ""}],
    ids=["redirect URI", "no redirect URI", "no id"],
)
def test_invalid_environment_shows_no_secret(kind, changes):
    with pytest.raises(ValueError, match="SPOTIFY_") as caught:
        kind.from_env(environ={**OWN, **changes})
    assert "HUSH" not in all_text_of(caught.value)


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>20}".format, lambda secret: f"{secret}"])
def test_value_is_not_shown(show):
    assert "hush" not in show(Secret("hush"))


def test_reveal_returns_the_value():
    assert Secret("hush").reveal() == "hush"


def test_equality_and_hash_are_those_of_the_value():
    assert Secret("a") == Secret("a")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_secret_cannot_be_pickled():
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(Secret("hush"))


def test_empty_secret_is_false():
    assert not Secret("")
    assert Secret("a")
