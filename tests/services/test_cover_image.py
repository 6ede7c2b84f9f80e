"""The request body of a cover image."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.services._playlist_arguments import MAX_COVER_BYTES, encoded_cover

JPEG = b"\xff\xd8\xff\xe0 a picture"
LARGEST = MAX_COVER_BYTES // 4 * 3


def jpeg_of(size: int) -> bytes:
    return JPEG + bytes(size - len(JPEG))


def test_the_bytes_of_a_jpeg_are_encoded() -> None:
    assert base64.b64decode(encoded_cover(JPEG), validate=True) == JPEG


def test_base64_is_sent_unchanged() -> None:
    assert encoded_cover(base64.b64encode(JPEG).decode()) == base64.b64encode(JPEG)


def test_base64_may_have_line_breaks() -> None:
    assert encoded_cover(base64.encodebytes(jpeg_of(200)).decode()) == base64.b64encode(jpeg_of(200))


@given(st.binary())
def test_bytes_and_base64_give_the_same_body(picture: bytes) -> None:
    jpeg = JPEG + picture

    assert encoded_cover(jpeg) == encoded_cover(base64.b64encode(jpeg).decode())


def test_an_image_of_256_kb_in_base64_is_accepted() -> None:
    assert len(encoded_cover(jpeg_of(LARGEST))) == MAX_COVER_BYTES == 262_144


@pytest.mark.parametrize("image", [jpeg_of(LARGEST + 1), base64.b64encode(jpeg_of(LARGEST + 1)).decode()])
def test_a_larger_image_raises(image: bytes | str) -> None:
    with pytest.raises(ValueError, match="262148 bytes in base64, at most 262144"):
        encoded_cover(image)


@pytest.mark.parametrize(
    "image", [b"\x89PNG\r\n", b"", base64.b64encode(JPEG), base64.b64encode(b"GIF89a").decode(), ""]
)
def test_bytes_that_are_not_a_jpeg_raise(image: bytes | str) -> None:
    with pytest.raises(ValueError, match="not a JPEG"):
        encoded_cover(image)


@pytest.mark.parametrize("image", ["data:image/jpeg;base64,/9j/", "/9j/4", "cover.jpg", "/9j/é"])
def test_invalid_base64_raises(image: str) -> None:
    with pytest.raises(ValueError, match="not base64"):
        encoded_cover(image)


@pytest.mark.parametrize("image", [None, io.BytesIO(JPEG), bytearray(JPEG)])
def test_an_image_that_is_not_bytes_or_str_raises(image: object) -> None:
    with pytest.raises(TypeError, match=f"not {type(image).__name__}"):
        encoded_cover(image)  # type: ignore[arg-type]
