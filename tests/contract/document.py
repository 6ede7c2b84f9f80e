"""The contract as a document: its references and its named schemas and responses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

Schema = dict[str, Any]

CONTRACT_PATH: Final = Path(__file__).with_name("web-api.json")

SCHEMA_REFERENCE: Final = "#/components/schemas/"


class ContractDocument:
    """A description of the API, amended or as Spotify publishes it.

    Args:
        root: The whole document.
    """

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root

    @classmethod
    def load(cls) -> ContractDocument:
        """Read the contract without the amendments."""
        return cls(json.loads(CONTRACT_PATH.read_text(encoding="utf-8")))

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Return the node that a reference refers to, or a node without a reference itself."""
        while "$ref" in node:
            target: Any = self.root
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def properties(self, schema: Schema) -> dict[str, Schema]:
        """Return the properties of a schema, including those of the schemas in its `allOf`."""
        schema = self.resolve(schema)
        found: dict[str, Schema] = {}
        for part in schema.get("allOf", []):
            found.update(self.properties(part))
        found.update(schema.get("properties", {}))
        return found

    def required(self, schema: Schema) -> set[str]:
        """Return the names of the properties that a schema requires, directly or in its `allOf`."""
        schema = self.resolve(schema)
        parts = [self.required(part) for part in schema.get("allOf", [])]
        return {*schema.get("required", []), *(name for part in parts for name in part)}

    @property
    def schemas(self) -> dict[str, Schema]:
        """The named schemas."""
        schemas: dict[str, Schema] = self.root["components"]["schemas"]
        return schemas

    @property
    def responses(self) -> dict[str, Schema]:
        """The schemas of the named JSON responses, empty for a response without a body."""
        return {
            name: response.get("content", {}).get("application/json", {}).get("schema", {})
            for name, response in self.root["components"]["responses"].items()
        }

    def success_responses(self) -> dict[str, str]:
        """Return, by operation id, the name of the successful response, if it has a name."""
        return {
            operation["operationId"]: response["$ref"].rpartition("/")[2]
            for methods in self.root["paths"].values()
            for operation in methods.values()
            for status, response in operation["responses"].items()
            if status.startswith("2") and "$ref" in response
        }
