"""Exchanges of the accounts service without what gives access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote_plus

import msgspec
from multidict import CIMultiDict

from spotify.testing.sandbox.exchanges import Exchange

_SECRETS: Final = frozenset({"access_token", "client_secret", "code", "code_verifier", "refresh_token"})
_COOKIES: Final = ("Cookie", "Set-Cookie")
_HIDDEN: Final = "***"


def redacted(exchange: Exchange) -> Exchange:
    """The exchange with `***` for every code, verifier, token, secret and cookie."""
    return replace(
        exchange,
        query=_without_secrets(exchange.query),
        request_headers=_headers(exchange.request_headers),
        request_body=_request_body(exchange),
        response_headers=_headers(exchange.response_headers),
        response_body=_response_body(exchange),
    )


def _without_secrets(form: str) -> str:
    """Fields or query parameters: those that are no secrets stay as they were written."""
    fields = (field.partition("=") for field in form.split("&"))
    return "&".join(
        f"{name}={_HIDDEN}" if unquote_plus(name) in _SECRETS else f"{name}{equals}{value}"
        for name, equals, value in fields
    )


def _request_body(exchange: Exchange) -> bytes:
    """The fields of a form; anything else may hold a secret anywhere."""
    if exchange.request_headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        return _without_secrets(exchange.request_body.decode("utf-8", "replace")).encode()
    return exchange.request_body and _HIDDEN.encode()


def _response_body(exchange: Exchange) -> bytes:
    if not exchange.response_headers.get("Content-Type", "").startswith("application/json"):
        return exchange.response_body
    try:
        members = msgspec.json.decode(exchange.response_body, type=dict[str, object])
    except (ValueError, RecursionError):  # a fault damaged it
        return exchange.response_body and _HIDDEN.encode()
    return msgspec.json.encode({name: _HIDDEN if name in _SECRETS else value for name, value in members.items()})


def _headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    kept = CIMultiDict(headers)
    for name in _COOKIES:
        if name in kept:
            kept[name] = _HIDDEN
    if "Location" in kept:
        address, mark, query = kept["Location"].partition("?")
        kept["Location"] = address + mark + _without_secrets(query)
    return kept
