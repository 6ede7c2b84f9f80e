"""Errors that come as if they were answers.

Of some objects Spotify can leave out every member. To them, an error that is sent with the status 200, by a proxy for
instance, would be just such an object: a search without results, a player at rest.
"""

from dataclasses import MISSING, fields, is_dataclass
from typing import Any, cast

from spotify.models import JsonValue, SpotifyModel


def model_without_members(into: object) -> SpotifyModel | None:
    """Return what an object without members is decoded to; None for a type that requires some."""
    if not (isinstance(into, type) and issubclass(into, SpotifyModel) and is_dataclass(cast("object", into))):
        return None
    required = any(item.default is MISSING and item.default_factory is MISSING for item in fields(cast("Any", into)))
    return None if required else into()


def is_error(data: JsonValue, into: object) -> bool:
    """Tell whether an object names an error, and has nothing of the model that would not miss it."""
    if not isinstance(data, dict) or "error" not in data or (model := model_without_members(into)) is None:
        return False
    return data.keys().isdisjoint(item.name for item in fields(cast("Any", model)))
