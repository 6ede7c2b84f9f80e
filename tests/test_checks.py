"""Optional methods of components: which objects have them."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import pytest

from spotify._checks import implements


@runtime_checkable
class SupportsNames(Protocol):
    """A protocol with a method and a property."""

    def name_of(self, number: int, /) -> str: ...

    @property
    def names(self) -> list[str]: ...


@runtime_checkable
class SupportsMoreNames(SupportsNames, Protocol):
    """A protocol that extends another."""

    def add(self, name: str, /) -> None: ...


class Names:
    def __init__(self) -> None:
        self.names = ["a"]

    def name_of(self, number: int, /) -> str:
        return self.names[number]


class WithoutMethod(Names):
    name_of = None  # type: ignore[assignment]


class OnlyMethod:
    name_of = Names.name_of


class Delegate:
    def __init__(self, names: Names) -> None:
        self._names = names

    def __getattr__(self, name: str) -> object:
        return getattr(self._names, name)


class MoreNames(Names):
    def add(self, name: str, /) -> None:
        self.names.append(name)


@pytest.mark.parametrize("kind", [Names, WithoutMethod, OnlyMethod, MoreNames, object])
@pytest.mark.parametrize("protocol", [SupportsNames, SupportsMoreNames])
def test_an_object_implements_the_protocols_that_it_is_an_instance_of(kind, protocol):
    value = kind()

    assert implements(value, protocol) == isinstance(value, protocol)


def test_an_object_implements_what_it_delegates():
    assert implements(Delegate(Names()), SupportsNames)
    assert not implements(Delegate(Names()), SupportsMoreNames)
