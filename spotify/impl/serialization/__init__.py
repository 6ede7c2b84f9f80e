"""Decoding responses into models and encoding request bodies.

Begin with `msgspec_serializer.py`: a response that matches its model is decoded in one pass. Any other response is
parsed again (`json_text.py`), repaired (`repair.py`), and the differences are logged (`drift.py`).
"""

from spotify.impl.serialization.dataclasses_json_serializer import DataclassesJsonSerializer
from spotify.impl.serialization.msgspec_serializer import MsgspecSerializer

__all__ = ["DataclassesJsonSerializer", "MsgspecSerializer"]
