"""Decoding responses into models and encoding request bodies.

Begin with `msgspec_serializer.py`: a response that matches its model is decoded in one pass. Any other response is
parsed again and repaired: see `building.py`, `repair.py` and `drift.py` in `spotify/models/`.
"""

from spotify.impl.serialization.dataclasses_json_serializer import DataclassesJsonSerializer
from spotify.impl.serialization.msgspec_serializer import MsgspecSerializer

__all__ = ["DataclassesJsonSerializer", "MsgspecSerializer"]
