import json
from base64 import b64encode
from dataclasses import replace

import pytest

from spotify.impl.auth.token_response import token_request
from spotify.impl.caching.partitions import Partitions
from spotify.secret import Secret
from tests.impl.caching.exchanges import answer

ACCOUNTS = "https://accounts.spotify.com"


def bearer(token):
    return Secret(f"Bearer {token}")


def asked(grant="client_credentials", *, client_id="i", secret="s"):
    return token_request(
        ACCOUNTS,
        {"grant_type": grant},
        client_id=client_id,
        client_secret=None if secret is None else Secret(secret),
        timeout=1.0,
    )


def granted(token, status=200):
    return answer(json.dumps({"access_token": token, "expires_in": 3600}).encode(), status=status)


@pytest.fixture
def partitions():
    return Partitions(ACCOUNTS)


def test_each_token_has_a_partition_of_its_own(partitions):
    assert len({partitions.of(bearer("a")), partitions.of(bearer("b")), partitions.of(None)}) == 3
    assert partitions.of(bearer("a")) == Partitions(ACCOUNTS).of(bearer("a"))


def test_a_partition_tells_nothing_of_the_token(partitions):
    partitions.learn(asked(secret="hush-hush"), granted("hush"))
    named = partitions.of(bearer("hush")) + repr(vars(type(partitions)))
    assert "hush" not in named
    assert b64encode(b"i:hush-hush").decode() not in named


def test_the_tokens_of_an_application_share_a_partition(partitions):
    partitions.learn(asked(), granted("a"))
    partitions.learn(asked(), granted("b"))
    elsewhere = Partitions(ACCOUNTS)
    elsewhere.learn(asked(), granted("c"))
    assert partitions.of(bearer("a")) == partitions.of(bearer("b")) == elsewhere.of(bearer("c"))


def test_two_applications_share_nothing(partitions):
    partitions.learn(asked(), granted("a"))
    partitions.learn(asked(client_id="j"), granted("b"))
    assert partitions.of(bearer("a")) != partitions.of(bearer("b"))


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        (asked("refresh_token"), granted("a")),
        (asked(secret=None), granted("a")),
        (replace(asked(), url="https://elsewhere.example/api/token"), granted("a")),
        (asked(), granted("a", status=400)),
        (asked(), answer(b"no JSON")),
    ],
    ids=["a user's", "a public client's", "another host's", "a refusal", "nonsense"],
)
def test_nothing_else_joins_two_tokens(partitions, request_, response):
    before = partitions.of(bearer("a"))
    partitions.learn(request_, response)
    assert partitions.of(bearer("a")) == before


def test_what_is_known_of_tokens_is_bounded(partitions):
    for number in range(1000):
        partitions.learn(asked(), granted(f"t{number}"))
    assert len(partitions._applications) == 64
