from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from spotify.credentials import Secret
from spotify.impl.caching.policy import partition_of
from spotify.interfaces.transport import HttpRequest

ANONYMOUS = HttpRequest(method="GET", url="https://api.spotify.com/v1/albums/x")


def of(token, acts_for=None):
    return partition_of(replace(ANONYMOUS, authorization=Secret(f"Bearer {token}"), acts_for=acts_for))


def test_each_token_has_a_partition_of_its_own():
    assert len({of("a"), of("b"), partition_of(ANONYMOUS)}) == 3
    assert of("a") == of("a")


def test_a_partition_tells_nothing_of_the_token():
    assert "hush" not in of("hush")


def test_the_tokens_of_whoever_the_provider_names_share_a_partition():
    assert of("a", "application i") == of("b", "application i") != of("a")


@given(st.lists(st.tuples(st.text(), st.none() | st.text()), unique=True, max_size=20))
def test_nobody_else_shares_one(identities):
    distinct = {who or token if who is None else ("", who) for token, who in identities}
    assert len({of(token, who) for token, who in identities}) == len(distinct)
