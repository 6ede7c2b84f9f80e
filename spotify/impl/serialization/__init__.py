"""Bytes into models and values into bytes, by msgspec and by dataclasses-json."""

from spotify.impl.serialization.dataclasses_json_serializer import DataclassesJsonSerializer
from spotify.impl.serialization.msgspec_serializer import MsgspecSerializer

__all__ = ["DataclassesJsonSerializer", "MsgspecSerializer"]
