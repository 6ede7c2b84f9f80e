"""`Token`: expiry, `repr` and pickling."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.token_samples import LOGGED_IN, token


@pytest.mark.parametrize(
    ("login", "expiry"),
    [
        ("2026-01-15", "2026-07-15"),
        ("2026-08-31", "2027-02-28"),
        ("2027-08-30", "2028-02-29"),
        ("2026-12-01", "2027-06-01"),
    ],
)
def test_refresh_token_expires_six_months_after_login(login, expiry):
    logged_in = datetime.fromisoformat(login).replace(tzinfo=UTC)
    assert token(authorized_at=logged_in).expires_by == datetime.fromisoformat(expiry).replace(tzinfo=UTC)


@pytest.mark.parametrize(("lifetime", "skew", "fresh"), [(3600, 60, 3540), (3600, 0, 3600), (10, 60, 5), (0, 60, 0)])
def test_token_is_fresh_until_skew_before_its_expiry(lifetime, skew, fresh):
    end = LOGGED_IN + timedelta(seconds=fresh)
    subject = token(lifetime=lifetime)
    assert subject.is_fresh(end - timedelta(milliseconds=1), skew=skew)
    assert not subject.is_fresh(end, skew=skew)


def test_repr_shows_no_secret():
    assert "HUSH" not in f"{token()!r} {token()}"


def test_token_cannot_be_pickled():
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(token())
