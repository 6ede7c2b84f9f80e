"""Every public attribute is described: in the section `Attributes` of its class, or in the docstring of a property."""

import inspect
import re

import pytest

import spotify
import spotify.interfaces
import spotify.models
import spotify.services
import spotify.testing
import spotify.tools

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
    """Return the names in the section `Attributes` of a class and of those that it extends."""
    texts = (inspect.cleandoc(each.__doc__ or "") for each in cls.__mro__)
    sections = (re.search(r"^Attributes:\n(.*)", text, re.DOTALL | re.MULTILINE) for text in texts)
    return {name for section in sections if section for name in re.findall(r"^ +(\w+): ", section[1], re.MULTILINE)}


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
                and re.sub("^(min|max|target)_", "", name) not in described
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


@pytest.mark.parametrize("kind", ["annotation", "method", "property"])
def test_a_missing_description_is_found(kind):
    class Undocumented:
        """A class.

        Attributes:
            size: A number.
        """

        size: int
        if kind == "annotation":
            colour: str
        elif kind == "method":

            def colour(self):
                return None
        else:

            @property
            def colour(self):
                return None

    Undocumented.__module__ = "spotify.models"
    assert list(undocumented(Undocumented)) == ["colour"]
