"""The rules of RFC 9111: freshness, storage, validation."""

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.caching import policy
from tests.support.cache_exchanges import get, response, write

NOW = 1_000_000.0
DATE = "Mon, 12 Jan 1970 13:46:40 GMT"  # NOW
A_MINUTE_LATER = "Mon, 12 Jan 1970 13:47:40 GMT"
PUBLIC = "public, max-age=60"


def store(response, request=None, *, took=0.0):
    return policy.to_cached(request or get(), response, requested_at=NOW - took, received_at=NOW)


def fresh_for(response, **more):
    cached = store(response, **more)
    return 0.0 if cached is None else cached.fresh_for


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache_control": "max-age=60"}, 60.0),
        ({"cache_control": "private, max-age=60"}, 60.0),
        ({"cache_control": "private, max-age=60, s-maxage=600"}, 60.0),
        ({"cache_control": "public, max-age=60, s-maxage=600"}, 600.0),
        ({"cache_control": "public, max-age=60, s-maxage=600", "vary": "Authorization"}, 60.0),
        ({"cache_control": "max-age=60", "expires": DATE, "date": DATE}, 60.0),
        ({"expires": A_MINUTE_LATER, "date": DATE}, 60.0),
        ({"expires": A_MINUTE_LATER}, 60.0),
        ({"expires": DATE, "date": A_MINUTE_LATER}, 0.0),
        ({"expires": "0", "date": DATE}, 0.0),
        ({"cache_control": "max-age=soon"}, 0.0),
        ({"cache_control": "no-cache, max-age=60"}, 0.0),
        ({"cache_control": "max-age=60", "age": "20"}, 40.0),
        ({"cache_control": "max-age=60", "age": "100"}, 0.0),
        ({"cache_control": "max-age=60", "age": "old"}, 60.0),
        ({"cache_control": "max-age=60, must-revalidate"}, 60.0),
        ({"last_modified": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),  # no heuristic freshness
        ({}, 0.0),
    ],
)
def test_the_freshness_lifetime(headers, seconds):
    assert fresh_for(response(**headers)) == seconds


def test_the_duration_of_the_request_counts_as_age():
    assert fresh_for(response(cache_control="max-age=60"), took=15.0) == 45.0


def test_a_date_in_the_past_counts_as_age():
    cached = policy.to_cached(
        get(), response(cache_control="max-age=60", date=DATE), requested_at=NOW + 10, received_at=NOW + 10
    )
    assert (cached.age, cached.fresh_for) == (10.0, 50.0)


def test_a_clock_set_back_during_the_request_does_not_reduce_the_age():
    assert fresh_for(response(cache_control="max-age=60", age="20"), took=-1000.0) == 40.0


@pytest.mark.parametrize(
    "response",
    [
        response(cache_control="no-store, max-age=60", etag='"a"'),
        response(cache_control=PUBLIC, etag='"a"', vary="*"),
        response(cache_control=PUBLIC, etag='"a"', vary="Accept, *"),
        response(cache_control=PUBLIC, status=500),
        response(cache_control=PUBLIC, status=206),
        response(cache_control=PUBLIC, status=403),
        response(cache_control="max-age=0"),
        response(),
    ],
)
def test_responses_that_are_not_stored(response):
    assert store(response) is None


@pytest.mark.parametrize("status", [200, 204, 404, 410])
def test_statuses_that_are_stored(status):
    assert store(response(cache_control=PUBLIC, status=status)).response.status == status


def test_a_stale_response_with_a_tag_is_stored_for_validation():
    cached = store(response(cache_control="private, max-age=0", etag='"a"'))
    assert (cached.fresh_for, cached.useful_for) == (0.0, 86_400.0)


def test_a_response_without_a_tag_is_useful_while_it_is_fresh():
    assert store(response(cache_control="max-age=60")).useful_for == 60.0


def test_connection_headers_and_cookies_are_not_stored():
    with_others = response(cache_control=PUBLIC, connection="x-hop", x_hop="1", keep_alive="5", set_cookie="a=b", x="2")
    assert store(with_others).response.headers == {"cache-control": PUBLIC, "x": "2"}


@pytest.mark.parametrize(
    ("headers", "public"),
    [
        ({"cache_control": "public"}, True),
        ({"cache_control": "PUBLIC", "vary": "Accept"}, True),
        ({"cache_control": "public, private"}, False),
        ({"cache_control": 'public, private="x"'}, False),
        ({"cache_control": "public", "vary": "Accept, authorization"}, False),
        ({"cache_control": "s-maxage=60"}, False),
        ({"cache_control": "must-revalidate, max-age=60"}, False),
        ({"cache_control": 'x="public'}, False),
        ({}, False),
    ],
)
def test_a_response_is_public_only_if_it_says_so(headers, public):
    assert policy.is_public(response(**headers)) is public


@pytest.mark.parametrize(
    "request_",
    [
        write("/albums/1"),
        get(range="bytes=0-1"),
        get(if_none_match='"a"'),
        get(cache_control="no-cache"),
        get(pragma="no-cache"),
        get(Cookie="a=b"),
        get(Authorization="Bearer elsewhere"),
    ],
)
def test_requests_that_are_not_cacheable(request_):
    assert not policy.is_cacheable(request_)


def test_a_response_with_vary_matches_equal_headers():
    cached = store(response(cache_control=PUBLIC, vary="Accept-Language, X"), get(Accept_Language="de"))
    assert policy.matches(cached, get(accept_language=" de "))
    assert not policy.matches(cached, get(accept_language="sv"))
    assert not policy.matches(cached, get())
    assert not policy.matches(cached, get(accept_language="de", x=""))


def test_a_hit_has_its_age():
    cached = store(response(cache_control="max-age=60", age="5"))
    assert policy.hit_of(cached, NOW + 7.9, is_stale=False).headers["age"] == "12"


def test_a_conditional_request_has_the_tag():
    cached = store(response(etag='W/"a"'))
    assert policy.conditional_request(get(accept="x"), cached).headers == {"accept": "x", "If-None-Match": 'W/"a"'}
    assert policy.conditional_request(get(), store(response(cache_control="max-age=60"))) is None


@pytest.mark.parametrize(("tag", "validates"), [('"a"', True), ('W/"a"', True), (None, True), ('"b"', False)])
def test_a_304_validates_the_response_with_its_tag(tag, validates):
    cached = store(response(etag='"a"'))
    assert policy.validates(response(status=304, **({"etag": tag} if tag else {})), cached) is validates


def test_a_304_updates_the_headers_but_not_those_of_the_body():
    cached = store(
        response(b"[]", cache_control="max-age=1", etag='"a"', age="9", content_type="application/json", x="1")
    )
    new = policy.freshened(cached, response(status=304, cache_control="max-age=60", content_type="text/plain", y="2"))
    assert (new.status, new.body) == (200, b"[]")
    assert new.headers == {
        "cache-control": "max-age=60",
        "etag": '"a"',
        "content-type": "application/json",
        "x": "1",
        "y": "2",
    }


SECONDS = st.integers(0, 10_000)


@given(max_age=SECONDS, age=SECONDS, took=SECONDS, after=st.integers(-1000, 20_000), date=st.integers(-50, 50))
def test_a_fresh_response_is_never_older_than_allowed(max_age, age, took, after, date):
    headers = {"cache_control": f"max-age={max_age}", "age": str(age), "date": formatdate(NOW + date, usegmt=True)}
    cached = policy.to_cached(get(), response(etag='"a"', **headers), requested_at=NOW - took, received_at=NOW)
    if policy.is_usable(cached, NOW + after, None):
        assert after >= 0
        assert max(age + took, -date) + after < max_age
        assert int(policy.hit_of(cached, NOW + after, is_stale=False).headers["age"]) < max_age


DIRECTIVES = st.sampled_from(
    ["public", "private", "no-store", "no-cache", "max-age=60", "s-maxage=60", "must-revalidate", 'private="x"', '"']
)
VARY = st.sampled_from(["", "Accept", "Authorization", "AUTHORIZATION, accept", "*"])


@given(st.lists(DIRECTIVES, max_size=6).map(", ".join), VARY)
def test_a_private_response_is_never_public(control, vary):
    if policy.is_public(response(cache_control=control, vary=vary)):
        assert "public" in control
        assert "private" not in control
        assert "authorization" not in vary.lower()
