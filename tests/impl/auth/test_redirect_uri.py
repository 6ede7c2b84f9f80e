"""Which redirect URIs are accepted."""

import pytest

from spotify.impl.auth.authorization_request import checked_redirect_uri


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.org/callback",
        "https://example.org:8443/a?b=c",
        "http://127.0.0.1:8000/callback",
        "http://127.0.0.1/",
        "http://[::1]:8000/callback",
        "http://127.0.0.1:0/callback",
        "myapp://callback",
        "com.example.my-app://login/spotify?from=1",
    ],
)
def test_https_loopback_and_own_scheme_uris_are_returned_unchanged(uri):
    assert checked_redirect_uri(uri) == uri


@pytest.mark.parametrize(
    ("uri", "alternative"),
    [
        ("http://localhost:8000/callback", "'http://127.0.0.1:8000/callback'"),
        ("http://LOCALHOST/callback", "'http://127.0.0.1/callback'"),
    ],
)
def test_localhost_is_rejected_with_the_alternative(uri, alternative):
    with pytest.raises(ValueError, match="refuses http://localhost") as caught:
        checked_redirect_uri(uri)
    assert alternative in str(caught.value)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "callback",
        "http://example.org/callback",
        "http://127.0.0.1.example.org/",
        "http://10.0.0.1/",
        "ftp://127.0.0.1/",
        "javascript://alert(1)",
        "file:///tmp/callback",
        "myapp://",
        "myapp:callback",
        "localhost:8000/callback",
        "https:///callback",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "https://example.org/#part",
        "https://ana:hush@example.org/",
    ],
)
def test_other_uris_are_rejected(uri):
    with pytest.raises(ValueError, match="redirect_uri"):
        checked_redirect_uri(uri)
