"""Types other than models to decode into."""

from datetime import UTC, datetime
from typing import Any

import pytest

from spotify import models
from spotify.interfaces.serializer import Serializer


@pytest.mark.parametrize(
    ("data", "into", "expected"),
    [
        (b"[true, false]", list[bool], [True, False]),
        (b'[{"url": "u"}]', list[models.Image], [models.Image(url="u")]),
        (b'{"a": {"url": "u"}}', dict[str, models.Image], {"a": models.Image(url="u")}),
        (b'{"a": [1, null]}', dict, {"a": [1, None]}),
        (b'{"a": [1, null]}', dict[str, object], {"a": [1, None]}),
        (b"[1, {}]", list[object], [1, {}]),
        (b"[1]", list, [1]),
        (b"null", models.Image | None, None),
        (b'{"url": "u"}', models.Image | None, models.Image(url="u")),
        (b'"u"', str, "u"),
        (b"3.0", int, 3),
        (b"3", float, 3.0),
        (b'"2024-01-31T22:22:22Z"', datetime, datetime(2024, 1, 31, 22, 22, 22, tzinfo=UTC)),
        (b'"ALBUM"', models.AlbumType, models.AlbumType.ALBUM),
        (b'{"type": "track", "uri": "u"}', models.PlayableItem, models.Track(type="track", uri="u")),
        (b'{"type": "new"}', models.PlayableItem, models.UnknownItem(raw={"type": "new"})),
    ],
)
def test_supported_types_are_decoded(serializer: Serializer, data: bytes, into: Any, expected: object) -> None:
    assert serializer.decode(data, into) == expected


@pytest.mark.parametrize("into", [int | str | None, dict[int, str], set[str]])
def test_unsupported_types_raise_type_error(serializer: Serializer, into: Any) -> None:
    with pytest.raises(TypeError, match="cannot decode into"):
        serializer.decode(b"[]", into)
