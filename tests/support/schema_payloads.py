"""Answers made up from the schemas of Spotify's API description, sound and damaged."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.support.api_description import DESCRIPTION_PATH

Schema = dict[str, Any]

_SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    "integer": st.integers(0, 10**6),
    "number": st.floats(-100, 100) | st.integers(-100, 100),
    "boolean": st.booleans(),
    "date-time": st.sampled_from(["2024-01-31T22:22:22Z", "2024-01-31T22:22:22.123Z"]),
    "string": st.text(st.characters(codec="utf-8"), max_size=8),
}
#: The description requires little; nothing would be left to look at without these.
_WHAT_MODELS_REQUIRE = {
    *("id", "uri", "type", "items", "url", "text", "name", "total", "start", "duration", "disallows"),
    *("album", "audiobook", "episode", "show", "track", "playlists", "markets", "snapshot_id"),
    *("filter_enabled", "filter_locked"),
}
_WRONG = st.sampled_from(
    [
        *(None, True, False, 0, -1, 7, 2**40, 1.5, 3.0, -0.0, 4.9e7, "", "7", "true", "ALBUM", "hologram", "\ud800"),
        *("2024-13-45T00:00:00Z", "track", [], [None], [[]], {}, {"type": "track"}, {"error": {"status": 404}}),
    ]
)


class SchemaPayloads:
    """Strategies for the schemas of one description.

    Args:
        document: The whole description.
    """

    def __init__(self, document: Schema) -> None:
        self._document = document

    @classmethod
    def load(cls) -> SchemaPayloads:
        """Read Spotify's description, as it is published."""
        with DESCRIPTION_PATH.open(encoding="utf-8") as file:
            return cls(yaml.load(file, Loader=yaml.CSafeLoader))

    def properties(self, schema: Schema) -> dict[str, Schema]:
        """Return the properties of a schema, those of the schemas that it builds on included."""
        schema = self.resolve(schema)
        found: dict[str, Schema] = {}
        for part in schema.get("allOf", []):
            found.update(self.properties(part))
        found.update(schema.get("properties", {}))
        return found

    def required(self, schema: Schema) -> set[str]:
        """Return the names of the properties that a schema requires."""
        schema = self.resolve(schema)
        parts = [self.required(part) for part in schema.get("allOf", [])]
        return {*schema.get("required", []), *(name for part in parts for name in part)}

    def resolve(self, schema: Schema) -> Schema:
        """Return the schema that a reference stands for."""
        while "$ref" in schema:
            node: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                node = node[step]
            schema = node
        return schema

    def response(self, name: str) -> Schema:
        """Return the schema of a named response."""
        schema: Schema = self._document["components"]["responses"][name]["content"]["application/json"]["schema"]
        return schema

    def schema(self, name: str) -> Schema:
        """Return a named schema."""
        found: Schema = self._document["components"]["schemas"][name]
        return found

    def schema_names(self) -> list[str]:
        """Return the names of all schemas."""
        return list(self._document["components"]["schemas"])

    def response_names(self) -> list[str]:
        """Return the names of all responses."""
        return list(self._document["components"]["responses"])

    def success_responses(self) -> dict[str, str]:
        """Return the name of the answer that each operation gives when all is well and there is something to say."""
        return {
            operation["operationId"]: response["$ref"].rpartition("/")[2]
            for methods in self._document["paths"].values()
            for operation in methods.values()
            for status, response in operation["responses"].items()
            if status.startswith("2") and "$ref" in response
        }

    def values(self, schema: Schema) -> st.SearchStrategy[Any]:
        """Return a strategy for values that fit a schema; identities are always there."""
        schema = self.resolve(schema)
        if schema.get("nullable"):
            return st.none() | self.values({**schema, "nullable": False})
        if "oneOf" in schema:
            return st.one_of([self.values(part) for part in schema["oneOf"]])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        if properties := self.properties(schema):
            return self._objects(properties, self.required(schema) | _WHAT_MODELS_REQUIRE)
        if schema.get("type") == "array":
            return st.lists(self.values(schema["items"]), max_size=2)
        return _SCALARS[schema.get("format") if schema.get("format") == "date-time" else schema.get("type", "string")]

    def _objects(self, properties: dict[str, Schema], required: set[str]) -> st.SearchStrategy[Any]:
        return st.fixed_dictionaries(
            {name: self.values(schema) for name, schema in properties.items() if name in required},
            optional={name: self.values(schema) for name, schema in properties.items() if name not in required},
        )


@st.composite
def damaged(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """Return values in which a few members or entries were dropped, replaced by something else, or added."""
    root = [copy.deepcopy(draw(values))]
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(root))
        container, key = draw(st.sampled_from(places))
        if container is not root and draw(st.booleans()):
            del container[key]
        elif isinstance(container, dict) and draw(st.integers(0, 4)) == 0:
            container["undeclared"] = copy.deepcopy(draw(_WRONG))
        else:
            container[key] = copy.deepcopy(draw(_WRONG))
    return root[0]


def _places(container: Any) -> list[tuple[Any, Any]]:
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    found = [(container, key) for key in keys]
    for key in keys:
        if isinstance(container[key], dict | list):
            found += _places(container[key])
    return found
