import copy
import inspect
import pickle
from datetime import UTC, datetime

import pytest

from spotify import errors
from spotify.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    DeadlineExceededError,
    DecodeError,
    EndpointUnavailableError,
    ForbiddenError,
    ListChangedError,
    MissingScopeError,
    NotFoundError,
    PagingError,
    PartialWriteError,
    QuotaExceededError,
    RateLimitError,
    ReauthorizationRequiredError,
    ServerError,
    SpotifyError,
    TokenStoreError,
    TokenSupersededError,
    TransportError,
    TransportTimeoutError,
)


def test_every_error_is_a_spotify_error():
    found = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]
    assert len(found) > 15
    assert all(issubclass(kind, SpotifyError) for kind in found)


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (BadRequestError, ApiError),
        (AuthenticationError, ApiError),
        (ForbiddenError, ApiError),
        (NotFoundError, ApiError),
        (RateLimitError, ApiError),
        (ServerError, ApiError),
        (ReauthorizationRequiredError, AuthenticationError),
        (QuotaExceededError, RateLimitError),
        (EndpointUnavailableError, ForbiddenError),
        (MissingScopeError, ForbiddenError),
        (TransportTimeoutError, TransportError),
        (DeadlineExceededError, TransportTimeoutError),
        (ListChangedError, PagingError),
        (TokenSupersededError, TokenStoreError),
    ],
)
def test_the_tree_is_as_documented(kind, base):
    assert issubclass(kind, base)


def test_an_api_error_reads_well_alone():
    error = NotFoundError("Non existing id", status_code=404, reason="NOPE", operation="get-an-album")
    assert str(error) == "404 Non existing id [NOPE] (get-an-album)"


def test_a_rate_limit_error_says_when_to_come_back():
    error = RateLimitError("API rate limit exceeded", status_code=429, retry_after=79892.0)
    error.retry_at = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert str(error) == "429 API rate limit exceeded; retry after 79892 s, at 2026-07-01 12:00:00 UTC"


def test_a_missing_scope_error_names_the_scopes():
    error = MissingScopeError("Insufficient client scope", status_code=403)
    error.required_scopes = ("user-library-read",)
    assert str(error) == "403 Insufficient client scope; the operation needs user-library-read"


@pytest.mark.parametrize(("replacement", "advice"), [("get-an-album", "use get-an-album"), (None, "extended quota")])
def test_an_unavailable_endpoint_says_what_to_do(replacement, advice):
    error = EndpointUnavailableError("Forbidden", status_code=403)
    error.replacement = replacement
    assert advice in str(error)


def test_a_partial_write_counts_what_was_done():
    error = PartialWriteError("stopped", applied=["a", "b"], unknown=["c"], not_applied=[], operation="add")
    assert str(error) == "stopped (2 applied, 1 unknown, 0 not applied) (add)"


def test_a_response_body_is_cut():
    assert len(ApiError("x", status_code=400, response_body="y" * 10_000).response_body) == 2_000


@pytest.mark.parametrize(
    "error",
    [
        SpotifyError("plain"),
        TransportError("gone", sent=True, operation="get-an-album"),
        DecodeError("odd", path="$.a", operation="get-an-album"),
        ListChangedError("moved", expected_total=9, seen_total=8, offset=4, operation="get-an-album"),
        NotFoundError("none", status_code=404, reason="R", response_body="{}", operation="o", retry_after=1.0),
        PartialWriteError("half", applied=["a"], unknown=[], not_applied=["b"], snapshot_id="s", operation="o"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("transfer", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy])
def test_an_error_survives_the_way_to_another_process(error, transfer):
    again = transfer(error)
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
