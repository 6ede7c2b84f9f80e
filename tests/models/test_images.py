"""`pick_image`."""

import pytest

from spotify.models import Image, pick_image

SMALL, MIDDLE, LARGE = (Image(url=str(width), width=width, height=width) for width in (64, 300, 640))
UNKNOWN = Image(url="unknown")


@pytest.mark.parametrize(
    ("width", "expected"), [(None, LARGE), (1, SMALL), (64, SMALL), (65, MIDDLE), (640, LARGE), (2_000, LARGE)]
)
def test_the_smallest_image_of_sufficient_width_is_picked(width: int | None, expected: Image) -> None:
    assert pick_image([LARGE, UNKNOWN, SMALL, MIDDLE], width=width) == expected


def test_an_image_of_unknown_width_is_picked_if_there_is_no_other() -> None:
    assert pick_image([UNKNOWN], width=64) == UNKNOWN


@pytest.mark.parametrize("images", [None, []])
def test_no_images_give_none(images: list[Image] | None) -> None:
    assert pick_image(images) is None
