"""The members that every object has, and the addresses in them."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from spotify.testing.sandbox.messages import JsonObject

_IMAGE_SIZES: Final = (640, 300, 64)


class Links:
    """Addresses of things: in the Web API, in the web player, of pictures."""

    def __init__(self, origin: str) -> None:
        """`origin` is where the sandbox is served."""
        self.api_url: Final = f"{origin}/v1"
        self._images_url: Final = f"{origin}/image"

    def href(self, collection: str, id: str) -> str:
        """Where the Web API has the full object."""
        return f"{self.api_url}/{collection}/{quote(id, safe='')}"

    def image(self, name: str) -> str:
        """Where a picture is."""
        return f"{self._images_url}/{name}"

    def images(self, name: str | None) -> list[JsonObject]:
        """A picture in its three sizes, widest first; nothing for no picture."""
        if name is None:
            return []
        return [{"height": size, "width": size, "url": self.image(f"{name}-{size}")} for size in _IMAGE_SIZES]


def web_player(kind: str, id: str) -> JsonObject:
    """The `external_urls` of a thing."""
    return {"spotify": f"https://open.spotify.com/{kind}/{quote(id, safe='')}"}
