"""Hypothesis strategies for the responses of the contract, valid and damaged."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.contract.document import ContractDocument, Schema

_SCALARS: Final[dict[Any, st.SearchStrategy[Any]]] = {
    "integer": st.integers(0, 10**6),
    "number": st.floats(-100, 100) | st.integers(-100, 100),
    "boolean": st.booleans(),
    "date-time": st.sampled_from(["2024-01-31T22:22:22Z", "2024-01-31T22:22:22.123Z"]),
    "string": st.text(st.characters(codec="utf-8"), max_size=8),
}
#: Members that models require. The contract requires few, and most generated objects would be invalid without these.
REQUIRED_BY_MODELS: Final = frozenset(
    {
        *("id", "uri", "type", "items", "url", "text", "name", "total", "start", "duration", "disallows"),
        *("album", "audiobook", "episode", "show", "track", "playlists", "markets", "snapshot_id"),
        *("filter_enabled", "filter_locked"),
    }
)
_WRONG_VALUES: Final = st.sampled_from(
    [
        *(None, True, False, 0, -1, 7, 2**40, 1.5, 3.0, -0.0, 4.9e7, "", "7", "true", "ALBUM", "hologram", "\ud800"),
        *("2024-13-45T00:00:00Z", "track", [], [None], [[]], {}, {"type": "track"}, {"error": {"status": 404}}),
    ]
)
_SLOW: Final = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def max_examples(count: int) -> settings:
    """Return settings for a number of examples that are large and slow to generate."""
    return settings(max_examples=count, suppress_health_check=_SLOW)


@cache
def responses(name: str) -> st.SearchStrategy[Any]:
    """Return a strategy for the bodies of a named response, which Spotify's description alone allows."""
    document = ContractDocument.load()
    return values(document, document.responses[name])


def values(document: ContractDocument, schema: Schema) -> st.SearchStrategy[Any]:
    """Return a strategy for values that match a schema and have what models require."""
    schema = document.resolve(schema)
    if schema.get("nullable"):
        return st.none() | values(document, {**schema, "nullable": False})
    if "oneOf" in schema:
        return st.one_of([values(document, part) for part in schema["oneOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if properties := document.properties(schema):
        required = document.required(schema) | REQUIRED_BY_MODELS
        return st.fixed_dictionaries(
            {name: values(document, member) for name, member in properties.items() if name in required},
            optional={name: values(document, member) for name, member in properties.items() if name not in required},
        )
    if schema.get("type") == "array":
        return st.lists(values(document, schema["items"]), max_size=2)
    return _SCALARS["date-time" if schema.get("format") == "date-time" else schema.get("type", "string")]


@st.composite
def damaged(draw: st.DrawFn, strategy: st.SearchStrategy[Any]) -> Any:
    """Return values of a strategy in which up to four members or entries are removed, replaced or added."""
    root = [copy.deepcopy(draw(strategy))]
    for _ in range(draw(st.integers(1, 4))):
        container, key = draw(st.sampled_from(list(_locations(root))))
        if container is not root and draw(st.booleans()):
            del container[key]
        elif isinstance(container, dict) and draw(st.integers(0, 4)) == 0:
            container["undeclared"] = copy.deepcopy(draw(_WRONG_VALUES))
        else:
            container[key] = copy.deepcopy(draw(_WRONG_VALUES))
    return root[0]


def _locations(container: Any) -> list[tuple[Any, Any]]:
    """Return every member and entry in a container as the object or array that holds it and its key."""
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    found = [(container, key) for key in keys]
    for key in keys:
        if isinstance(container[key], dict | list):
            found += _locations(container[key])
    return found
