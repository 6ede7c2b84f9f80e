"""Calls of the sandbox's player."""

from __future__ import annotations

from typing import Any

from tests.support.sandbox_http import Caller, Reply


async def state(call: Caller, query: str = "") -> Any:
    return (await call.get(f"/me/player{query}")).json


def error(reply: Reply) -> Any:
    return reply.json["error"]


async def play(call: Caller, **body: object) -> Reply:
    return await call("PUT", "/me/player/play", body=body)


RESTRICTED = {"status": 403, "message": "Player command failed: Restriction violated", "reason": "UNKNOWN"}


COMMANDS = (
    ("PUT", "/me/player/play"),
    ("PUT", "/me/player/pause"),
    ("POST", "/me/player/next"),
    ("POST", "/me/player/previous"),
    ("PUT", "/me/player/seek?position_ms=1"),
    ("PUT", "/me/player/repeat?state=off"),
    ("PUT", "/me/player/volume?volume_percent=10"),
    ("PUT", "/me/player/shuffle?state=true"),
)
