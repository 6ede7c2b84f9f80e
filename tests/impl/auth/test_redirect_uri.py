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
    ],
)
def test_https_and_loopback_addresses_are_taken_letter_by_letter(uri):
    assert checked_redirect_uri(uri) == uri


@pytest.mark.parametrize(
    ("uri", "mended"),
    [
        ("http://localhost:8000/callback", "'http://127.0.0.1:8000/callback'"),
        ("http://LOCALHOST/callback", "'http://127.0.0.1/callback'"),
    ],
)
def test_localhost_is_refused_with_the_mend(uri, mended):
    with pytest.raises(ValueError, match="refuses http://localhost") as caught:
        checked_redirect_uri(uri)
    assert mended in str(caught.value)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "callback",
        "http://example.org/callback",
        "http://127.0.0.1.example.org/",
        "http://10.0.0.1/",
        "ftp://127.0.0.1/",
        "https:///callback",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "https://example.org/#part",
        "https://ana:hush@example.org/",
    ],
)
def test_anything_else_is_refused(uri):
    with pytest.raises(ValueError, match="redirect_uri"):
        checked_redirect_uri(uri)
