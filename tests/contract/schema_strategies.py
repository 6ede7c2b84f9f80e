"""Hypothesis strategies for the responses of the contract, valid and damaged."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal, TypeAlias, get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.contract.api_contract import ApiContract
from tests.contract.document import ContractDocument, Schema

Mode: TypeAlias = Literal["minimal", "nulls", "random", "wild"]
"""Which of the valid values of a schema are generated:

- `minimal`: objects have only the members that the schema requires.
- `nulls`: objects have every member, null where the schema allows it.
- `random`: any members, with values of ordinary size.
- `wild`: the same with extreme values, members that the schema lacks, and new values of enumerations.
"""

#: Stands for a damaged value.
DAMAGED: Final = object()

MODES: Final[tuple[Mode, ...]] = get_args(Mode)

_INTEGERS: Final = st.integers(0, 10**6)
_TEXT: Final = st.text(st.characters(codec="utf-8"), max_size=8)
_SCALARS: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "integer": _INTEGERS,
    "number": st.floats(-100, 100) | st.integers(-100, 100),
    "boolean": st.booleans(),
    "date-time": st.sampled_from(["2024-01-31T22:22:22Z", "2024-01-31T22:22:22.123Z"]),
    "string": _TEXT,
}
_WILD_SCALARS: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "integer": st.integers(-(2**63), 2**63) | _INTEGERS.map(float) | st.just(10**30),
    "number": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53),
    "boolean": st.booleans(),
    "date-time": st.sampled_from(
        ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00", "2024-02-29T00:00:00.123456-03:30"]
    ),
    "string": st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(["", "0000", "null", "x" * 5_000]),
}
#: Names of members that no schema has.
UNDECLARED: Final = ("undeclared", "0", "")
_UNDECLARED_MEMBERS: Final = st.dictionaries(
    st.sampled_from(UNDECLARED),
    st.none() | st.booleans() | st.integers() | _TEXT | st.just([None, {"a": [1]}]),
    max_size=2,
)
_WRONG_VALUES: Final = st.sampled_from(
    [
        *(None, True, False, 0, -1, 7, 2**40, 1.5, 3.0, -0.0, 4.9e7, "", "7", "true", "ALBUM", "hologram", "\ud800"),
        *("2024-13-45T00:00:00Z", "track", [], [None], [[]], {}, {"type": "track"}, {"error": {"status": 404}}),
    ]
)
_SLOW: Final = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
_JSON: Final = "application/json"


def max_examples(count: int) -> settings:
    """Return settings for a number of examples that are large and slow to generate."""
    return settings(max_examples=count, suppress_health_check=_SLOW)


def response_schemas() -> dict[str, Schema]:
    """Return the amended schema of the successful JSON response of each operation that has one, by operation id."""
    return {
        operation.id: schemas[_JSON]
        for operation in ApiContract.load().operations.values()
        for status, schemas in operation.responses.items()
        if status < 300 and _JSON in schemas
    }


@cache
def responses(operation_id: str, mode: Mode = "random") -> st.SearchStrategy[Any]:
    """Return a strategy for the bodies of an operation's successful response that the amended contract allows."""
    return _Values(ApiContract.load().document, mode).of(response_schemas()[operation_id])


class _Values:
    """Strategies for values that match schemas."""

    def __init__(self, document: ContractDocument, mode: Mode) -> None:
        self._document = document
        self._mode = mode
        self._scalars = _WILD_SCALARS if mode == "wild" else _SCALARS

    def of(self, schema: Schema) -> st.SearchStrategy[Any]:
        """Return a strategy for the values of a schema."""
        schema = self._document.resolve(schema)
        if schema.get("nullable"):
            return self._or_null(self.of({**schema, "nullable": False}))
        if "anyOf" in schema or "oneOf" in schema:
            return self._one_of(schema.get("anyOf") or schema["oneOf"])
        if properties := self._document.properties(schema):
            return self._object(properties, self._document.required(schema))
        if schema.get("type") == "array":
            return st.lists(self.of(schema["items"]), min_size=int(self._mode == "nulls"), max_size=2)
        parts = schema.get("allOf", [])
        return self.of(parts[0]) if len(parts) == 1 else self._scalar(schema)

    def _or_null(self, strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.none() if self._mode == "nulls" else st.none() | strategy

    def _one_of(self, parts: list[Schema]) -> st.SearchStrategy[Any]:
        others = [part for part in parts if part != {"enum": [None]}]
        strategy = st.one_of([self.of(part) for part in others])
        return strategy if len(others) == len(parts) else self._or_null(strategy)

    def _enum(self, values: list[Any]) -> st.SearchStrategy[Any]:
        known = st.sampled_from(values)
        if self._mode == "wild" and len(values) > 1 and all(isinstance(value, str) for value in values):
            return known | known.map(str.upper) | st.sampled_from(["hologram", ""])
        return known

    def _object(self, properties: Mapping[str, Schema], required: set[str]) -> st.SearchStrategy[Any]:
        everything = self._mode == "nulls"
        strategy = st.fixed_dictionaries(
            {name: self.of(member) for name, member in properties.items() if everything or name in required},
            optional=None
            if everything or self._mode == "minimal"
            else {name: self.of(member) for name, member in properties.items() if name not in required},
        )
        if self._mode != "wild":
            return strategy
        return st.tuples(_UNDECLARED_MEMBERS, strategy).map(lambda parts: {**parts[0], **parts[1]})

    def _scalar(self, schema: Schema) -> st.SearchStrategy[Any]:
        if "enum" in schema:
            return self._enum(schema["enum"])
        if "pattern" in schema:
            return st.from_regex(schema["pattern"])
        return self._scalars["date-time" if schema.get("format") == "date-time" else schema.get("type", "string")]


@st.composite
def damaged_once(draw: st.DrawFn, strategy: st.SearchStrategy[Any]) -> tuple[Any, Any]:
    """Return a value with one damaged member or entry, and the value with `DAMAGED` in its place.

    The member is missing, null or of another JSON type. The value itself is not damaged.
    """
    # Not `filter(bool)`: Hypothesis 6.170 fails to generate `lists(..., max_size=2).filter(bool)`.
    root = draw(strategy.filter(lambda value: len(value) > 0))
    number = draw(st.integers(0, sum(1 for _ in locations(root)) - 1))
    damaged, rest = copy.deepcopy(root), copy.deepcopy(root)
    container, key = next(itertools.islice(locations(damaged), number, None))
    of_rest, _ = next(itertools.islice(locations(rest), number, None))
    of_rest[key] = DAMAGED
    wrong = [None, *(value for value in (True, 7.5, "x", [7], {"x": 7}) if not _are_alike(value, container[key]))]
    value = draw(st.sampled_from([*wrong, DAMAGED] if isinstance(container, dict) else wrong))
    if value is DAMAGED:
        del container[key]
    else:
        container[key] = value
    return damaged, rest


def _are_alike(value: Any, other: Any) -> bool:
    """Return whether two values are of one JSON type."""
    numbers = {int, float}
    return type(value) is type(other) or {type(value), type(other)} <= numbers


@st.composite
def damaged(draw: st.DrawFn, strategy: st.SearchStrategy[Any], *, most: int = 4) -> Any:
    """Return values of a strategy in which one to `most` members or entries are removed, replaced or added."""
    root = [copy.deepcopy(draw(strategy))]
    for _ in range(draw(st.integers(1, most))):
        container, key = draw(st.sampled_from(list(locations(root))))
        if container is not root and draw(st.booleans()):
            del container[key]
        elif isinstance(container, dict) and draw(st.integers(0, 4)) == 0:
            container["undeclared"] = copy.deepcopy(draw(_WRONG_VALUES))
        else:
            container[key] = copy.deepcopy(draw(_WRONG_VALUES))
    return root[0]


def locations(container: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every member and entry in a container as the object or array that holds it and its key."""
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    yield from ((container, key) for key in keys)
    for key in keys:
        if isinstance(container[key], dict | list):
            yield from locations(container[key])
