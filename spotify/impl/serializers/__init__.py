"""Bytes into models and values into bytes, by msgspec and by dataclasses-json."""

from spotify.impl.serializers.dataclasses_json_serializer import DataclassesJsonSerializer
from spotify.impl.serializers.msgspec_serializer import MsgspecSerializer

__all__ = ["DataclassesJsonSerializer", "MsgspecSerializer"]
