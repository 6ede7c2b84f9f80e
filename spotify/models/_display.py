"""How models are shown in an interactive session: one line of text, and HTML in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from spotify._checks import is_json_array

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_MAX_CHARACTERS: Final = 60
_MAX_LINE: Final = 300
_MAX_SHOWN: Final = 3
_MAX_ROWS: Final = 100


def one_line(model: object) -> str:
    """Return the kind, the name, the URI and the counts of a model; for one without a URI, the fields that are set."""
    kind, items = type(model).__name__, _list(model, "items")
    if items is not None:
        total = getattr(model, "total", None)
        of = "" if total is None else f" of {total}"
        return f"<{kind}: {len(items)}{of} items; iterate over it, or use len() and [0]>"
    if isinstance(uri := getattr(model, "uri", None), str) and hasattr(model, "name"):
        return f"<{kind} {', '.join([*_description(model), uri])}>"
    if not is_dataclass(model):
        return f"<{kind}>"
    shown = ", ".join(f"{name}={_short(value)}" for name, value in _set_fields(model))
    return _cut(f"{kind}({shown}", _MAX_LINE) + ")"


def html_of(model: object) -> str | None:
    """Return a table of the items of a page, an album or a playlist; None for another model."""
    page = model
    if _list(page, "items") is None:
        page = next(
            (page for name in ("tracks", "items", "episodes") if _list(page := getattr(model, name, None), "items")),
            None,
        )
    items = _list(page, "items")
    if items is None:
        return None
    images = _list(model, "images") or []
    url = getattr(images[0], "url", "") if images else ""
    cover = f'<img src="{escape(url)}" alt="" height="80">' if url.startswith("https://") else ""
    title = "" if page is model else f"<p><b>{escape(str(getattr(model, 'name', '')))}</b></p>"
    rows = "".join(f"<tr><td>{number}</td>{_cells(item)}</tr>" for number, item in enumerate(items[:_MAX_ROWS], 1))
    total = getattr(page, "total", None)
    more = f"<p>{len(items)} of {total} items</p>" if total is not None and total > len(items) else ""
    return f"<div>{cover}{title}<table>{rows}</table>{more}</div>"


def _cells(entry: object) -> str:
    inner = next(
        (
            item
            for name in ("item", "track", "album", "episode", "show", "audiobook")
            if (item := getattr(entry, name, None))
        ),
        None,
    )
    # An album is a member of a track too.
    model = inner if inner is not None and not hasattr(entry, "name") else entry
    name, artists = str(getattr(model, "name", "") or ""), ", ".join(_artists(model))
    url = getattr(getattr(model, "external_urls", None), "spotify", None)
    link = (
        f'<a href="{escape(url)}">{escape(name)}</a>'
        if isinstance(url, str) and url.startswith("https://")
        else escape(name)
    )
    return f"<td>{link}</td><td>{escape(artists)}</td>"


def _description(model: object) -> Iterator[str]:
    name, artists = getattr(model, "name", None), ", ".join(_artists(model))
    by = f" by {_cut(artists, _MAX_CHARACTERS)}" if artists else ""
    yield f"{_cut(repr(name), _MAX_CHARACTERS)}{by}"
    for field, noun in (("total_tracks", "tracks"), ("total_episodes", "episodes"), ("total_chapters", "chapters")):
        if (count := getattr(model, field, None)) is not None:
            yield f"{count} {noun}"
    if (total := getattr(getattr(model, "items", None), "total", None)) is not None:
        yield f"{total} items"


def _artists(model: object) -> list[str]:
    return [str(getattr(artist, "name", "")) for artist in _list(model, "artists") or []]


def _set_fields(model: DataclassInstance | type[DataclassInstance]) -> Iterator[tuple[str, object]]:
    for field in fields(model):
        value = getattr(model, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if field.repr and value != default:
            yield field.name, value


def _short(value: object) -> str:
    if is_json_array(value):
        return repr(value) if len(value) <= _MAX_SHOWN else f"[{len(value)} items]"
    return repr(value) if is_dataclass(value) else _cut(repr(value), _MAX_CHARACTERS)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def _list(model: object, name: str) -> list[object] | None:
    value = getattr(model, name, None)
    return value if is_json_array(value) else None
