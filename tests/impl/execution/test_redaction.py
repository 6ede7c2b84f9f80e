"""Secrets that an error response repeats, in every encoding that a page of a gateway may use."""

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.credentials import Secret
from spotify.impl.execution.error_bodies import without_secrets
from spotify.interfaces.transport import HttpResponse

TOKEN = "BQDx-/4kT+9z_Vq8&Lr=wY7mN2pC~sJ6.hG3bF5dK1aE0u"
CLIENT_SECRET = "9f86d081884c7d659a2feaa0c55ad015"

PLACES = {
    "a message": b'{"error": {"status": 400, "message": "no: token=%s expired"}}',
    "a page": b"<html><title>400</title><p>Authorization: %s</p></html>",
    "nothing else": b"%s",
}


def each(pattern, data):
    return "".join(pattern % byte for byte in data).encode()


ENCODINGS = {
    "plain": bytes,
    "upper case": bytes.upper,
    "percent-encoded": lambda secret: quote(secret, safe="").encode(),
    "percent-encoded characters": lambda secret: each("%%%02x", secret),
    "percent-encoded twice": lambda secret: quote(each("%%%02X", secret)).encode(),
    "quoted-printable": lambda secret: each("=%02X", secret),
    "JSON": lambda secret: json.dumps(secret.decode()).replace("/", "\\/").encode(),
    "JSON escapes": lambda secret: each("\\u%04x", secret),
    "JSON escapes in upper case": lambda secret: each("\\u%04X", secret),
    "string escapes": lambda secret: each("\\x%02x", secret),
    "HTML entities": lambda secret: html.escape(secret.decode()).encode(),
    "decimal entities": lambda secret: each("&#%d;", secret),
    "hexadecimal entities": lambda secret: each("&#x%x;", secret),
    "hex": lambda secret: secret.hex().encode(),
    "hex in upper case": lambda secret: secret.hex().upper().encode(),
    "hex with colons": lambda secret: secret.hex(":").encode(),
    "hex with spaces": lambda secret: secret.hex(" ").encode(),
    "base64": base64.b64encode,
    "base64 for URLs": lambda secret: base64.urlsafe_b64encode(secret).rstrip(b"="),
    "base64 in lines": lambda secret: base64.encodebytes(b"Authorization: Bearer " + secret * 2),
    "base64 behind a word": lambda secret: b"abc" + base64.b64encode(secret),
    "base64, percent-encoded": lambda secret: quote(base64.b64encode(secret), safe="").encode(),
    "base64 of base64": lambda secret: base64.b64encode(base64.b64encode(secret)),
    "the Basic header": lambda secret: b"Basic " + base64.b64encode(b"an-application:" + secret),
    "UTF-16": lambda secret: secret.decode().encode("utf-16"),
    "big-endian UTF-16": lambda secret: secret.decode().encode("utf-16-be"),
    "base64 of UTF-16": lambda secret: base64.b64encode(secret.decode().encode("utf-16-le")),
    "lines": lambda secret: b"\r\n ".join((secret[:9], secret[9:20], secret[20:])),
    "tags": lambda secret: b"<wbr>".join((secret[:9], secret[9:20], secret[20:])),
    "the first half": lambda secret: secret[: len(secret) // 2],
    "the second half": lambda secret: secret[len(secret) // 2 :],
}


def refused(body):
    return HttpResponse(status=400, body=body)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", [TOKEN, CLIENT_SECRET], ids=["token", "client secret"])
def test_no_encoding_of_a_secret_is_shown(secret, encoding):
    encoded = ENCODINGS[encoding](secret.encode())
    for place in PLACES.values():
        body = place.replace(b"%s", encoded)
        shown = without_secrets(refused(body), Secret("another-secret-of-this-call"), Secret(secret)).body
        assert shown in {b"***", body.replace(secret.encode(), b"***")}
        assert encoded not in shown


def test_only_the_secret_itself_is_masked_if_it_is_not_encoded():
    body = b'{"error": {"message": "no: %s"}}'
    assert without_secrets(refused(body % TOKEN.encode()), Secret(TOKEN)).body == body % b"***"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"error": {"status": 429, "message": "API rate limit exceeded"}}',
        b"<html><title>502 Bad Gateway</title>nginx &amp; co %20 \\u0041</html>",
        b"\xff\xfe\x00%zz&#xffffffff;\\",
        base64.b64encode(bytes(range(256))),
    ],
)
def test_a_body_without_a_secret_is_not_changed(body):
    assert without_secrets(refused(body), Secret(TOKEN), Secret(CLIENT_SECRET)).body == body


def test_a_short_secret_is_not_looked_for():
    assert without_secrets(refused(b"the token is missing"), Secret("token")).body == b"the token is missing"


def test_a_long_body_is_cut():
    assert without_secrets(refused(b"x" * 5_000_000), Secret(TOKEN)).body == b"x" * 8192


@given(st.binary(max_size=300))
def test_any_body_can_be_searched(body):
    assert without_secrets(refused(body), Secret(TOKEN)).body == body
