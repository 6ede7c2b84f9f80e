"""The messages, attributes and pickling of errors."""

import copy
import inspect
import pickle
import re
import runpy
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spotify import errors
from spotify.errors import (
    ApiError,
    AuthenticationError,
    DecodeError,
    EndpointUnavailableError,
    ListChangedError,
    LoginRequiredError,
    MissingScopeError,
    NotFoundError,
    PartialWriteError,
    RateLimitError,
    ReauthorizationRequiredError,
    SpotifyError,
    TransportError,
)

ROOT = Path(__file__).parents[1]


def documented_tree():
    """Return the base class of each error in the tree of the module's docstring, by name."""
    bases, parents = {}, []
    for line in errors.__doc__.splitlines():
        if match := re.match(r" {4}((?:│   |    )*)(?:├── |└── )?(\w+Error)\b", line):
            depth = len(match[1]) // 4 + ("── " in line)
            del parents[depth:]
            bases[match[2]] = parents[-1] if parents else "Exception"
            parents.append(match[2])
    return bases


def test_the_tree_is_as_documented():
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]
    assert documented_tree() == {kind.__name__: kind.__base__.__name__ for kind in classes}
    assert ReauthorizationRequiredError.__bases__ == (AuthenticationError, LoginRequiredError)


def test_the_help_url_is_the_section_of_the_nearest_documented_error():
    class OwnError(NotFoundError):
        pass

    page = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Documentation"]
    for kind in (NotFoundError, OwnError):
        assert kind("gone", status_code=404).help_url == f"{page}reference_pages/errors.html#notfounderror"


def test_the_documentation_says_what_to_do_about_each_error():
    remedies = runpy.run_path(str(ROOT / "docs" / "error_remedies.py"))["REMEDIES"]
    assert set(remedies) == set(documented_tree())


def test_an_api_error_has_status_message_reason_and_operation():
    error = NotFoundError("Non existing id", status_code=404, reason="NOPE", operation="get-an-album")
    assert str(error) == "404 Non existing id [NOPE] (get-an-album)"


def test_a_rate_limit_error_says_when_to_retry():
    error = RateLimitError("API rate limit exceeded", status_code=429, retry_after=79892.0)
    error.retry_at = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert str(error) == "429 API rate limit exceeded; retry after 79892 s, at 2026-07-01 12:00:00 UTC"


def test_a_missing_scope_error_names_the_scopes():
    error = MissingScopeError("Insufficient client scope", status_code=403)
    error.required_scopes = ("user-library-read",)
    assert str(error) == (
        "403 Insufficient client scope; the operation requires user-library-read; log in again with these scopes"
    )


@pytest.mark.parametrize(("replacement", "advice"), [("get-an-album", "use get-an-album"), (None, "extended quota")])
def test_an_unavailable_endpoint_error_says_what_to_do(replacement, advice):
    error = EndpointUnavailableError("Forbidden", status_code=403)
    error.replacement = replacement
    assert advice in str(error)


def test_a_partial_write_error_has_counts():
    error = PartialWriteError("stopped", applied=["a", "b"], unknown=["c"], not_applied=[], operation="add")
    assert str(error) == "stopped (2 applied, 1 unknown, 0 not applied) (add)"


def test_a_long_response_body_is_cut():
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
def test_errors_can_be_pickled_and_copied(error, transfer):
    transferred = transfer(error)
    assert type(transferred) is type(error)
    assert str(transferred) == str(error)
    assert vars(transferred) == vars(error)
