"""Error responses: their error, `Retry-After`, pauses and quota restrictions."""

import json
from datetime import UTC, date, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.credentials import Secret
from spotify.errors import (
    ApiError,
    AppOwnerPremiumRequiredError,
    AuthenticationError,
    BadRequestError,
    DecodeError,
    EndpointUnavailableError,
    ForbiddenError,
    MissingScopeError,
    NotFoundError,
    PremiumRequiredError,
    QuotaExceededError,
    RateLimitError,
    ReauthorizationRequiredError,
    ServerError,
    UserNotRegisteredError,
)
from spotify.impl.execution.refusals import error_in_success, parse_retry_after, read_refusal, token_error
from spotify.interfaces.operation import Operation
from spotify.interfaces.transport import HttpResponse
from spotify.operations.playlists import GET_PLAYLIST, GET_PLAYLIST_ITEMS

NOW = 1_800_000_000.0
OPERATION = Operation(id="get-x", method="GET", path="/x", scopes=("user-library-read",), idempotent=True)
REMOVED = Operation(
    id="get-many-x", method="GET", path="/x", idempotent=True, removed_on=date(2026, 2, 11), replacement="get-x"
)


def response(status, body=None, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
    return HttpResponse(status=status, body=data, headers={k.replace("_", "-"): v for k, v in headers.items()})


def spotify_error(status, message, **more):
    return {"error": {"status": status, "message": message, **more}}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, ApiError),
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (405, ApiError),
        (418, ApiError),
        (429, RateLimitError),
        (500, ServerError),
        (503, ServerError),
        (599, ServerError),
    ],
)
def test_the_status_decides_the_error(status, kind):
    error = read_refusal(response(status, spotify_error(status, "Because")), OPERATION, now=NOW).error()
    assert type(error) is kind
    assert (error.status_code, error.message, error.operation) == (status, "Because", "get-x")


def test_the_error_has_the_reason():
    error = read_refusal(
        response(404, spotify_error(404, "No device", reason="NO_ACTIVE_DEVICE")), OPERATION, now=NOW
    ).error()
    assert error.reason == "NO_ACTIVE_DEVICE"


def test_the_reason_quota_exceeded_has_its_own_error():
    error = read_refusal(
        response(429, spotify_error(429, "x", reason="QUOTA_EXCEEDED"), retry_after="3"), OPERATION, now=NOW
    ).error()
    assert type(error) is QuotaExceededError


def test_a_missing_scope_has_its_own_error():
    error = read_refusal(response(403, spotify_error(403, "Insufficient client scope")), OPERATION, now=NOW).error()
    assert isinstance(error, MissingScopeError)
    assert error.required_scopes == ("user-library-read",)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (403, spotify_error(403, "Insufficient client scope"), {}),
        (401, spotify_error(401, "Permissions missing"), {}),
        (401, b"", {"www_authenticate": 'Bearer realm="spotify", error="insufficient_scope"'}),
    ],
)
def test_refusals_that_name_scopes(status, body, headers):
    error = read_refusal(response(status, body, **headers), OPERATION, now=NOW).error()
    assert type(error) is MissingScopeError
    assert error.status_code == status
    assert str(error).endswith("the operation requires user-library-read; log in again with these scopes")


@pytest.mark.parametrize(
    "message", ["Missing/invalid/expired access token", "The access token expired", "No token provided"]
)
def test_a_401_about_the_token_is_an_authentication_error(message):
    error = read_refusal(response(401, spotify_error(401, message)), OPERATION, now=NOW).error()
    assert type(error) is AuthenticationError


@pytest.mark.parametrize("operation", [OPERATION, REMOVED], ids=lambda operation: operation.id)
@pytest.mark.parametrize(
    ("body", "kind", "advice"),
    [
        (
            b"Active premium subscription required for the owner of the app. Please visit the dashboard.",
            AppOwnerPremiumRequiredError,
            "the subscription is renewed",
        ),
        (b"User not registered in the Developer Dashboard", UserNotRegisteredError, "User Management"),
        (
            b"Check settings on developer.spotify.com/dashboard, the user may not be registered.",
            UserNotRegisteredError,
            "at most five",
        ),
        (b'"User not registered in the Developer Dashboard"', UserNotRegisteredError, "User Management"),
        (
            json.dumps(
                spotify_error(403, "Player command failed: Premium required", reason="PREMIUM_REQUIRED")
            ).encode(),
            PremiumRequiredError,
            "the user needs Spotify Premium",
        ),
        (b"You cannot do this", ForbiddenError, ""),
        (json.dumps(spotify_error(403, "You cannot follow this playlist")).encode(), ForbiddenError, ""),
        (b"<html><head><title>Access &amp; denied</title></head></html>", ForbiddenError, "HTML page: Access & denied"),
        (b"", ForbiddenError, "403 Forbidden"),
        (b'{"message": "Forbidden"}', ForbiddenError, "403 Forbidden"),
    ],
)
def test_the_reason_of_a_403_decides_the_error_on_any_operation(body, kind, advice, operation):
    refusal = read_refusal(response(403, body), operation, now=NOW)
    assert type(refusal.error()) is kind
    assert advice in str(refusal.error())
    assert refusal.restriction is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"Too many requests", "Too many requests"),
        (b"\xef\xbb\xbf  API rate limit\r\n exceeded ", "API rate limit exceeded"),
        (b'"A JSON string"', "A JSON string"),
        (b"x" * 2_001, "Too Many Requests"),
        (b"  ", "Too Many Requests"),
        (b'""', "Too Many Requests"),
        (b"null", "Too Many Requests"),
        (b'{"error": ', "Too Many Requests"),
        (b"<html></html>", "Too Many Requests"),
        (b"\x00\x01", "\ufffd\ufffd"),
    ],
)
def test_a_short_text_is_the_message(body, message):
    assert read_refusal(response(429, body), OPERATION, now=NOW).error().message == message


def test_a_short_text_of_the_token_endpoint_is_the_message():
    assert token_error(response(403, b"Access denied"), now=NOW).message == "The token endpoint refused: Access denied"


@pytest.mark.parametrize(
    ("operation", "status", "advice"),
    [
        (GET_PLAYLIST_ITEMS, 403, "only the owner and the collaborators of a playlist can read its items"),
        (GET_PLAYLIST_ITEMS, 404, "playlists that Spotify owns are not found"),
        (GET_PLAYLIST, 404, "playlists that Spotify owns are not found"),
    ],
)
def test_refusals_of_playlists_name_the_rule_of_development_mode(operation, status, advice):
    error = read_refusal(response(status, spotify_error(status, "No")), operation, now=NOW).error()
    assert f"; in development mode {advice}" in str(error)


def test_a_403_of_a_removed_operation_has_its_own_error():
    error = read_refusal(response(403, spotify_error(403, "Forbidden")), REMOVED, now=NOW).error()
    assert isinstance(error, EndpointUnavailableError)
    assert error.replacement == "get-x"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><h1>502 Bad Gateway</h1></html>",
        b"\xff\xfe",
        b"[1, 2]",
        b"null",
        b'{"error": null}',
        b'{"error": {"message": null}}',
        b'{"error": {"message": 7, "reason": []}}',
        b"[" * 100_000,
        b'{"error": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_without_a_message_the_error_has_the_phrase_of_the_status(body):
    error = read_refusal(response(502, body), OPERATION, now=NOW).error()
    assert isinstance(error, ServerError)
    assert error.message == "Bad Gateway"
    assert error.reason is None


def test_an_error_without_the_outer_object_is_read():
    assert (
        read_refusal(response(400, {"status": 400, "message": "Bad uri"}), OPERATION, now=NOW).error().message
        == "Bad uri"
    )


@given(status=st.integers(300, 999), body=st.binary(max_size=200), retry_after=st.none() | st.text(max_size=20))
def test_any_response_can_be_read(status, body, retry_after):
    headers = {} if retry_after is None else {"retry-after": retry_after}
    any_response = HttpResponse(status=status, headers=headers, body=body)
    assert str(read_refusal(any_response, OPERATION, now=NOW).error())
    assert str(token_error(any_response, now=NOW))


@pytest.mark.parametrize(
    ("status", "headers", "executed"),
    [
        (302, {}, True),
        (400, {}, False),
        (429, {}, False),
        (500, {}, True),
        (503, {}, True),
        (503, {"retry_after": "1"}, False),
    ],
)
def test_whether_a_refused_request_may_have_been_executed(status, headers, executed):
    assert read_refusal(response(status, **headers), OPERATION, now=NOW).error().may_have_been_executed is executed


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", 1.5),
        ("1.", None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("79892", 79_892.0),
        ("9" * 400, 1e10),
        ("5, 60", 60.0),
        ("60,5", 60.0),
        ("60, soon", None),
        ("\u0663", None),
        (format_datetime(datetime.fromtimestamp(NOW + 90, UTC), usegmt=True), 90.0),
        (format_datetime(datetime.fromtimestamp(NOW - 90, UTC), usegmt=True), 0.0),
        ("Mon, 99 Jan 2026 00:00:00 GMT", None),
    ],
)
def test_forms_of_retry_after(value, seconds):
    assert parse_retry_after(value, now=NOW) == seconds


@given(st.text(max_size=40))
def test_retry_after_is_never_negative_and_never_raises(value):
    seconds = parse_retry_after(value, now=NOW)
    assert seconds is None or seconds >= 0


def test_a_429_has_the_end_of_the_wait():
    error = read_refusal(response(429, retry_after="60"), OPERATION, now=NOW).error()
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 60.0
    assert error.retry_at == datetime.fromtimestamp(NOW + 60, UTC)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_client", AuthenticationError),
        (401, "invalid_client", AuthenticationError),
        (400, "invalid_grant", ReauthorizationRequiredError),
        (429, "slow_down", RateLimitError),
        (503, "unavailable", ServerError),
        (503, "invalid_grant", ServerError),
    ],
)
def test_errors_of_the_token_endpoint(status, code, kind):
    error = token_error(response(status, {"error": code, "error_description": "No"}), now=NOW)
    assert type(error) is kind
    assert error.reason == code
    assert "No" in str(error)


def test_a_429_of_the_token_endpoint_has_the_end_of_the_wait():
    error = token_error(response(429, retry_after="60"), now=NOW)
    assert isinstance(error, RateLimitError)
    assert (error.retry_after, error.retry_at) == (60.0, datetime.fromtimestamp(NOW + 60, UTC))


def test_an_error_of_the_token_endpoint_does_not_contain_its_body():
    error = token_error(response(400, {"error": "x", "refresh_token": "hush"}), now=NOW)
    assert "hush" not in repr(vars(error))


TOKEN = Secret("BQ-an-access-token-of-some-length")


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><p>Sign in</p>", b"\n  <html></html>", b"<?xml version='1.0'?>"])
def test_a_page_with_status_200_is_a_decode_error(page):
    error = error_in_success(response(200, page), OPERATION, TOKEN, now=NOW)
    assert isinstance(error, DecodeError)
    assert error.may_have_been_executed is True


def test_an_error_object_with_status_200_is_its_error():
    error = error_in_success(response(200, spotify_error(404, "No such album")), OPERATION, TOKEN, now=NOW)
    assert isinstance(error, NotFoundError)
    assert (error.message, error.may_have_been_executed) == ("No such album", True)


def test_a_token_in_an_error_object_with_status_200_is_masked():
    error = error_in_success(response(200, spotify_error(400, f"no: {TOKEN.reveal()}")), OPERATION, TOKEN, now=NOW)
    assert "BQ-an" not in repr(vars(error))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Device switched",
        b"[true]",
        {"snapshot_id": "x"},
        {"error": "none"},
        {"error": {"status": 200}},
        {"error": {"status": True}},
        {"name": '"error"'},
        b'{"error": ' + b"[" * 100_000,
    ],
)
def test_other_responses_with_status_200_are_not_errors(body):
    assert error_in_success(response(200, body), OPERATION, TOKEN, now=NOW) is None


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0", 1.0), (None, 1.0), ("soon", 1.0), ("86400", 86_400.0), ("-1", 1.0)]
)
def test_a_429_pauses_for_retry_after_or_one_second(header, seconds):
    headers = {} if header is None else {"retry-after": header}
    assert read_refusal(HttpResponse(status=429, headers=headers), OPERATION, now=NOW).pause == seconds


@pytest.mark.parametrize(
    ("reason", "header", "pause", "is_for_operation"),
    [
        (None, "60", 60.0, False),
        (None, "61", 61.0, True),
        ("QUOTA_EXCEEDED", "7", 7.0, True),
        ("QUOTA_EXCEEDED", "48925", 48_925.0, True),
        ("QUOTA_EXCEEDED", None, 900.0, True),
    ],
)
def test_a_long_wait_and_an_exceeded_quota_pause_the_operation_alone(reason, header, pause, is_for_operation):
    headers = {} if header is None else {"retry_after": header}
    body = spotify_error(429, "no", **({} if reason is None else {"reason": reason}))
    refusal = read_refusal(response(429, body, **headers), OPERATION, now=NOW)
    assert (refusal.pause, refusal.paused_operation) == (pause, OPERATION if is_for_operation else None)
    assert refusal.pause_reason == ("quota_exceeded" if reason else "rate_limit")


@pytest.mark.parametrize("message", ["Invalid limit", "invalid limit", "Invalid limit: must be at most 10"])
def test_a_refused_page_limit_is_a_quota_restriction(message):
    refusal = read_refusal(response(400, spotify_error(400, message)), OPERATION, now=NOW)
    assert refusal.restriction == "limit_too_high"


@pytest.mark.parametrize("status", [403, 404])
def test_a_refused_operation_is_a_quota_restriction(status):
    phrase = {403: "Forbidden", 404: "Service not found."}[status]
    for body in ({"error": {"status": status}}, spotify_error(status, phrase)):
        assert read_refusal(response(status, body), REMOVED, now=NOW).restriction == "unavailable"


@pytest.mark.parametrize(
    ("status", "message", "operation"),
    [
        (400, "Invalid market code", REMOVED),
        (400, None, REMOVED),
        (404, "Invalid limit", OPERATION),
        (429, "Invalid limit", REMOVED),
        (403, "Forbidden", OPERATION),
        (403, "Insufficient client scope", REMOVED),
        (500, "Server error", REMOVED),
    ],
)
def test_other_refusals_are_no_quota_restriction(status, message, operation):
    refusal = read_refusal(response(status, spotify_error(status, message)), operation, now=NOW)
    assert refusal.restriction is None


def test_each_error_of_a_refusal_is_a_new_one():
    refusal = read_refusal(response(404, spotify_error(404, "No")), OPERATION, now=NOW)
    assert refusal.error() is not refusal.error()
