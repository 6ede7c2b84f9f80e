"""Every public attribute has a docstring, below it, where editors find it; properties and methods have their own."""

import importlib
import inspect
import runpy
from pathlib import Path

import pytest

import spotify
import spotify.interfaces
import spotify.models
import spotify.services
import spotify.testing
import spotify.tools

READER = Path(__file__).parents[1] / "docs" / "attribute_docstrings.py"
attribute_docstrings = runpy.run_path(str(READER))["attribute_docstrings"]

MODULES = [spotify, spotify.interfaces, spotify.models, spotify.services, spotify.testing, spotify.tools]
CLASSES = sorted(
    {
        member
        for module in MODULES
        for name in dir(module)
        if inspect.isclass(member := getattr(module, name)) and member.__module__.startswith("spotify")
    },
    key=lambda cls: (cls.__module__, cls.__qualname__),
)
# Older names of members, which type checkers do not see.
OLD_NAMES = {"track", "tracks"}


def described_in(cls):
    """Return the names of the attributes of a class, and of those that it extends, that have a docstring."""
    return {
        name for each in cls.__mro__ if each.__module__.startswith("spotify") for name in attribute_docstrings(each)
    }


def undocumented(cls):
    """Return the public attributes, methods and properties of a class that nothing describes."""
    described = described_in(cls)
    for base in cls.__mro__:
        if base.__module__.startswith("spotify"):
            yield from (
                name
                for name in inspect.get_annotations(base)
                if not name.startswith("_")
                and name not in described | OLD_NAMES
                and not isinstance(inspect.getattr_static(cls, name, None), property)
            )
    for name, member in vars(cls).items():
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if not name.startswith("_") and inspect.isfunction(function) and not function.__doc__:
            yield name


def test_public_classes_are_found():
    assert {spotify.ClientConfig, spotify.RateLimitError, spotify.models.Album, spotify.testing.Fault} <= set(CLASSES)
    assert len(CLASSES) > 250


def test_every_public_class_and_its_attributes_are_described():
    missing = {
        f"{cls.__module__}.{cls.__qualname__}": names
        for cls in CLASSES
        if (names := sorted({*undocumented(cls), *(() if cls.__doc__ else ["the class"])}))
    }
    assert missing == {}


@pytest.mark.parametrize(
    "member",
    ["colour: str", "def colour(self): ...", "@property\n    def colour(self): ..."],
    ids=["annotation", "method", "property"],
)
def test_a_missing_description_is_found(member, tmp_path, monkeypatch):
    source = f'class Example:\n    """A class."""\n\n    size: int\n    """A number."""\n    {member}\n'
    (tmp_path / "spotify_example.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    example = importlib.import_module("spotify_example").Example
    assert list(undocumented(example)) == ["colour"]
