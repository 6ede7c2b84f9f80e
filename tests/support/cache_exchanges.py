"""Requests and responses for the tests of the response cache."""

from __future__ import annotations

from spotify import ClientConfig
from spotify.credentials import Secret
from spotify.interfaces import CachedResponse, HttpRequest, HttpResponse

CONFIG = ClientConfig()


def get(path="/albums/1", *, token="t", **headers):
    return _request("GET", path, token, headers)


def write(path, *, method="PUT", token="t"):
    return _request(method, path, token, {})


def response(body=b"{}", *, status=200, **headers):
    """A response with headers: `cache_control="public"` is `cache-control: public`."""
    return HttpResponse(status=status, headers=_named(headers), body=body)


def cached(body=b"{}", *, received_at=0.0, fresh_for=60.0, useful_for=60.0, **headers):
    return CachedResponse(
        response=response(body, **headers), received_at=received_at, age=0.0, fresh_for=fresh_for, useful_for=useful_for
    )


def _request(method, path, token, headers):
    authorization = None if token is None else Secret(f"Bearer {token}")
    return HttpRequest(
        method=method, url=CONFIG.api_url + path, headers=_named(headers), authorization=authorization, timeout=5.0
    )


def _named(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}
