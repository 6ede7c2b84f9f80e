"""Bad input is refused by the library itself, which the frames of the error show."""

import pytest

from spotify import _exceptions


@pytest.fixture(autouse=True)
def internal_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the frames of the library, which errors otherwise lose."""
    monkeypatch.setattr(_exceptions, "_INTERNAL_PACKAGES", frozenset())
