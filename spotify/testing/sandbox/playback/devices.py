"""Devices that play."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from spotify.testing.sandbox.catalogue import User


@dataclass(slots=True, eq=False)
class Device:
    """A device of a user.

    Attributes:
        id: None for one that Spotify shows, and does not let be named in requests.
        name: What the user called it.
        type: `Computer`, `Smartphone`, `Speaker`, ….
        volume_percent: 0 to 100; None where Spotify does not know it.
        is_restricted: Whether it takes no commands from the Web API.
        is_private_session: Whether what it plays stays out of the user's history.
        supports_volume: Whether the Web API can set its volume.
    """

    id: str | None
    name: str
    type: str
    volume_percent: int | None = 50
    is_restricted: bool = False
    is_private_session: bool = False
    supports_volume: bool = True


def new_device_id(user: User, name: str, number: int) -> str:
    """The id of the `number`th device of `user`: forty hexadecimal digits, the same each time."""
    return hashlib.blake2b(f"{user.account_id}/{name}/{number}".encode(), digest_size=20).hexdigest()


def devices_of(user: User, *, many: bool) -> Iterator[Device]:
    """The devices that a user has at the start: a computer, or `many` of all sorts."""
    yield Device(new_device_id(user, "Desk", 0), "Desk", "Computer", volume_percent=64)
    if many:
        yield Device(new_device_id(user, "Pocket", 1), "Pocket", "Smartphone", volume_percent=100)
        yield Device(
            new_device_id(user, "Kitchen", 2), "Kitchen", "Speaker", volume_percent=None, supports_volume=False
        )
        yield Device(None, "Cinema", "CastVideo", is_restricted=True)
