import pytest

from spotify import AuthorizationCodeAuth, PkceAuth
from spotify.credentials import EnvironmentCredentials
from tests.support.shown import everything_in

OURS = {
    "SPOTIFY_CLIENT_ID": "ours",
    "SPOTIFY_CLIENT_SECRET": "HUSH-ours",
    "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:1/",
}
SPOTIPYS = {
    "SPOTIPY_CLIENT_ID": "spotipy",
    "SPOTIPY_CLIENT_SECRET": "HUSH-spotipy",
    "SPOTIPY_REDIRECT_URI": "http://127.0.0.1:2/",
}
SDKS = {
    "SPOTIFY_SDK_CLIENT_ID": "sdk",
    "SPOTIFY_SDK_CLIENT_SECRET": "HUSH-sdk",
    "SPOTIFY_SDK_REDIRECT_URI": "http://127.0.0.1:3/",
}


def all_of(credentials):
    return credentials.client_id, credentials.client_secret.reveal(), credentials.redirect_uri


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (OURS, ("ours", "HUSH-ours", "http://127.0.0.1:1/")),
        (SPOTIPYS, ("spotipy", "HUSH-spotipy", "http://127.0.0.1:2/")),
        (SDKS, ("sdk", "HUSH-sdk", "http://127.0.0.1:3/")),
    ],
    ids=["ours", "spotipy", "spotify-sdk"],
)
def test_each_clients_names_are_read(environ, expected):
    assert all_of(EnvironmentCredentials(environ)) == expected


def test_our_own_names_win():
    assert EnvironmentCredentials({**SDKS, **SPOTIPYS, **OURS}).client_id == "ours"
    assert EnvironmentCredentials({**SDKS, **SPOTIPYS}).client_id == "spotipy"


def test_a_variable_of_spaces_is_unset():
    assert EnvironmentCredentials({**SPOTIPYS, **dict.fromkeys(OURS, " \n")}).client_id == "spotipy"


def test_what_surrounds_a_value_is_not_part_of_it():
    assert EnvironmentCredentials({"SPOTIFY_CLIENT_ID": " ours\n"}).client_id == "ours"


@pytest.mark.parametrize("half", ["client_id", "client_secret"])
def test_an_id_never_goes_with_another_applications_secret(half):
    variable = f"SPOTIFY_{half.upper()}"
    credentials = EnvironmentCredentials({**SPOTIPYS, variable: OURS[variable]})
    (other,) = {"client_id", "client_secret"} - {half}
    with pytest.raises(ValueError, match=rf"SPOTIFY_{other.upper()}, because {variable} is set$"):
        getattr(credentials, other)


def test_a_redirect_uri_of_ones_own_goes_with_the_credentials_of_another_client():
    credentials = EnvironmentCredentials({**SPOTIPYS, "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:1/"})
    assert all_of(credentials) == ("spotipy", "HUSH-spotipy", "http://127.0.0.1:1/")


@pytest.mark.parametrize("name", ["client_id", "client_secret", "redirect_uri"])
def test_what_is_missing_is_named_with_the_variables_that_would_do(name):
    with pytest.raises(ValueError, match=f"{name} is missing") as caught:
        getattr(EnvironmentCredentials({}), name)
    for prefix in ("SPOTIFY_", "SPOTIPY_", "SPOTIFY_SDK_"):
        assert prefix + name.upper() in str(caught.value)


def test_the_process_own_environment_counts_unless_another_is_given(monkeypatch):
    for variable, value in OURS.items():
        monkeypatch.setenv(variable, value)
    assert all_of(EnvironmentCredentials()) == tuple(OURS.values())


@pytest.mark.parametrize("kind", [PkceAuth, AuthorizationCodeAuth])
def test_a_provider_takes_them(kind):
    auth = kind.from_env(environ=OURS, user="ana", scopes=["streaming"])
    url = auth.authorization_url()
    assert type(auth) is kind
    assert (auth.key.client_id, auth.key.user) == ("ours", "ana")
    assert "client_id=ours" in url
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2F" in url
    assert "scope=streaming" in url


def test_a_public_client_needs_no_secret():
    environ = {name: value for name, value in OURS.items() if name != "SPOTIFY_CLIENT_SECRET"}
    assert PkceAuth.from_env(environ=environ).key.client_id == "ours"
    with pytest.raises(ValueError, match="SPOTIFY_CLIENT_SECRET"):
        AuthorizationCodeAuth.from_env(environ=environ)


@pytest.mark.parametrize("kind", [PkceAuth, AuthorizationCodeAuth])
def test_a_redirect_uri_that_is_passed_wins(kind):
    auth = kind.from_env(environ={**OURS, "SPOTIFY_REDIRECT_URI": ""}, redirect_uri="https://example.org/callback")
    assert "redirect_uri=https%3A%2F%2Fexample.org%2Fcallback" in auth.authorization_url()


@pytest.mark.parametrize("kind", [PkceAuth, AuthorizationCodeAuth])
def test_a_redirect_uri_of_former_days_is_refused_with_the_variable_and_the_mend(kind):
    environ = {**SPOTIPYS, "SPOTIPY_REDIRECT_URI": "http://localhost:8888/callback"}
    with pytest.raises(ValueError, match=r"variable SPOTIPY_REDIRECT_URI: .*'http://127\.0\.0\.1:8888/callback'"):
        kind.from_env(environ=environ)


@pytest.mark.parametrize("kind", [PkceAuth, AuthorizationCodeAuth])
@pytest.mark.parametrize(
    "wrong",
    [{"SPOTIFY_REDIRECT_URI": "http://localhost/"}, {"SPOTIFY_REDIRECT_URI": ""}, {"SPOTIFY_CLIENT_ID": ""}],
    ids=["redirect URI", "no redirect URI", "no id"],
)
def test_what_is_wrong_in_the_environment_shows_no_secret(kind, wrong):
    with pytest.raises(ValueError, match="SPOTIFY_") as caught:
        kind.from_env(environ={**OURS, **wrong})
    assert "HUSH" not in everything_in(caught.value)
