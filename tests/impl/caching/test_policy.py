from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.caching import policy
from tests.support.cache_exchanges import answer, get, write

NOW = 1_000_000.0
DATE = "Mon, 12 Jan 1970 13:46:40 GMT"  # NOW
A_MINUTE_LATER = "Mon, 12 Jan 1970 13:47:40 GMT"
PUBLIC = "public, max-age=60"


def keep(response, request=None, *, took=0.0):
    return policy.to_cached(request or get(), response, requested_at=NOW - took, received_at=NOW)


def fresh_for(response, **more):
    kept = keep(response, **more)
    return 0.0 if kept is None else kept.fresh_for


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
        ({"last_modified": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),  # no guessing
        ({}, 0.0),
    ],
)
def test_how_long_an_answer_is_fresh(headers, seconds):
    assert fresh_for(answer(**headers)) == seconds


def test_an_answer_that_was_long_on_its_way_is_older():
    assert fresh_for(answer(cache_control="max-age=60"), took=15.0) == 45.0


def test_an_answer_with_a_date_in_the_past_is_older():
    kept = policy.to_cached(
        get(), answer(cache_control="max-age=60", date=DATE), requested_at=NOW + 10, received_at=NOW + 10
    )
    assert (kept.age, kept.fresh_for) == (10.0, 50.0)


def test_a_clock_set_back_during_the_request_makes_nothing_younger():
    assert fresh_for(answer(cache_control="max-age=60", age="20"), took=-1000.0) == 40.0


@pytest.mark.parametrize(
    "response",
    [
        answer(cache_control="no-store, max-age=60", etag='"a"'),
        answer(cache_control=PUBLIC, etag='"a"', vary="*"),
        answer(cache_control=PUBLIC, etag='"a"', vary="Accept, *"),
        answer(cache_control=PUBLIC, status=500),
        answer(cache_control=PUBLIC, status=206),
        answer(cache_control=PUBLIC, status=403),
        answer(cache_control="max-age=0"),
        answer(),
    ],
)
def test_what_is_not_kept(response):
    assert keep(response) is None


@pytest.mark.parametrize("status", [200, 204, 404, 410])
def test_what_there_is_and_that_there_is_nothing_is_kept(status):
    assert keep(answer(cache_control=PUBLIC, status=status)).response.status == status


def test_a_stale_answer_with_a_tag_is_kept_to_be_asked_about():
    kept = keep(answer(cache_control="private, max-age=0", etag='"a"'))
    assert (kept.fresh_for, kept.useful_for) == (0.0, 86_400.0)


def test_a_fresh_answer_without_a_tag_is_of_no_use_after_that():
    assert keep(answer(cache_control="max-age=60")).useful_for == 60.0


def test_headers_of_the_connection_and_cookies_are_not_kept():
    response = answer(cache_control=PUBLIC, connection="x-hop", x_hop="1", keep_alive="5", set_cookie="a=b", x="2")
    assert keep(response).response.headers == {"cache-control": PUBLIC, "x": "2"}


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
def test_an_answer_is_for_everybody_only_if_it_says_so(headers, public):
    assert policy.is_public(answer(**headers)) is public


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
def test_requests_that_pass_by(request_):
    assert not policy.is_cacheable(request_)


def test_an_answer_that_varies_is_one_to_the_same_headers():
    kept = keep(answer(cache_control=PUBLIC, vary="Accept-Language, X"), get(Accept_Language="de"))
    assert policy.matches(kept, get(accept_language=" de "))
    assert not policy.matches(kept, get(accept_language="sv"))
    assert not policy.matches(kept, get())
    assert not policy.matches(kept, get(accept_language="de", x=""))


def test_a_hit_tells_its_age():
    kept = keep(answer(cache_control="max-age=60", age="5"))
    assert policy.with_age(kept, NOW + 7.9).headers["age"] == "12"


def test_a_question_carries_the_tag():
    kept = keep(answer(etag='W/"a"'))
    assert policy.conditional_request(get(accept="x"), kept).headers == {"accept": "x", "If-None-Match": 'W/"a"'}
    assert policy.conditional_request(get(), keep(answer(cache_control="max-age=60"))) is None


@pytest.mark.parametrize(("tag", "confirms"), [('"a"', True), ('W/"a"', True), (None, True), ('"b"', False)])
def test_a_304_confirms_the_answer_with_its_tag(tag, confirms):
    kept = keep(answer(etag='"a"'))
    assert policy.validates(answer(status=304, **({"etag": tag} if tag else {})), kept) is confirms


def test_a_304_renews_the_headers_and_leaves_those_of_the_body():
    kept = keep(answer(b"body", cache_control="max-age=1", etag='"a"', age="9", content_type="application/json", x="1"))
    new = policy.freshened(kept, answer(status=304, cache_control="max-age=60", content_type="text/plain", y="2"))
    assert (new.status, new.body) == (200, b"body")
    assert new.headers == {
        "cache-control": "max-age=60",
        "etag": '"a"',
        "content-type": "application/json",
        "x": "1",
        "y": "2",
    }


seconds = st.integers(0, 10_000)


@given(max_age=seconds, age=seconds, took=seconds, after=st.integers(-1000, 20_000), date=st.integers(-50, 50))
def test_a_fresh_answer_is_never_older_than_allowed(max_age, age, took, after, date):
    headers = {"cache_control": f"max-age={max_age}", "age": str(age), "date": formatdate(NOW + date, usegmt=True)}
    kept = policy.to_cached(get(), answer(etag='"a"', **headers), requested_at=NOW - took, received_at=NOW)
    if policy.is_fresh(kept, NOW + after):
        assert after >= 0
        assert max(age + took, -date) + after < max_age
        assert int(policy.with_age(kept, NOW + after).headers["age"]) < max_age


words = st.sampled_from(
    ["public", "private", "no-store", "no-cache", "max-age=60", "s-maxage=60", "must-revalidate", 'private="x"', '"']
)
varied = st.sampled_from(["", "Accept", "Authorization", "AUTHORIZATION, accept", "*"])


@given(st.lists(words).map(", ".join), varied)
def test_nothing_private_is_public(said, vary):
    if policy.is_public(answer(cache_control=said, vary=vary)):
        assert "public" in said
        assert "private" not in said
        assert "authorization" not in vary.lower()
