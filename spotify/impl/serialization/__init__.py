"""Decoding responses into models and encoding request bodies.

Begin with `msgspec_serializer.py`: a response that matches its model is decoded in one pass. Any other response is
parsed again and repaired: see `building.py`, `repair.py` and `drift.py` in `spotify/models/`.
"""

from typing import TYPE_CHECKING

from spotify._lazy_imports import lazy_imports

if TYPE_CHECKING:
    from spotify.impl.serialization.dataclasses_json_serializer import DataclassesJsonSerializer
    from spotify.impl.serialization.msgspec_serializer import MsgspecSerializer
else:
    __getattr__, __dir__ = lazy_imports(
        __name__,
        {
            "spotify.impl.serialization.dataclasses_json_serializer": ("DataclassesJsonSerializer",),
            "spotify.impl.serialization.msgspec_serializer": ("MsgspecSerializer",),
        },
    )

__all__ = ["DataclassesJsonSerializer", "MsgspecSerializer"]
