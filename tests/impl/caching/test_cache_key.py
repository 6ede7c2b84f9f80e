"""Cache keys and partitions."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from spotify.credentials import Secret
from spotify.impl.caching.policy import cache_key, partition_of
from spotify.interfaces.transport import HttpRequest

ANONYMOUS = HttpRequest(method="GET", url="https://api.spotify.com/v1/albums/x")
TEXT = st.text("aé€", max_size=3)


def partition(token, acts_for=None):
    return partition_of(replace(ANONYMOUS, authorization=Secret(f"Bearer {token}"), acts_for=acts_for))


def test_each_token_has_its_own_partition():
    assert len({partition("a"), partition("b"), partition_of(ANONYMOUS)}) == 3
    assert partition("a") == partition("a")


def test_a_partition_does_not_reveal_the_token():
    assert "hush" not in partition("hush")


def test_tokens_of_a_named_identity_share_a_partition():
    assert partition("a", "application i") == partition("b", "application i") != partition("a")


@given(st.lists(st.tuples(TEXT, st.none() | TEXT), unique=True, max_size=8))
def test_other_identities_do_not_share_a_partition(identities):
    distinct = {token if acts_for is None else ("", acts_for) for token, acts_for in identities}
    assert len({partition(token, acts_for) for token, acts_for in identities}) == len(distinct)


def test_each_partition_and_url_has_its_own_key():
    keys = {cache_key(partition, url) for partition in ("a", "b") for url in ("https://x/1", "https://x/2")}
    assert len(keys) == 4
    assert not any("https" in key for key in keys)
