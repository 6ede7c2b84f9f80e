"""The examples in the docstrings: `help(spotify)`, the services and the other public classes."""

import ast
import inspect
import re
import textwrap

import pytest

import spotify
from spotify.testing import SpotifySandbox
from tests.support.service_methods import service_types

pytestmark = pytest.mark.slow

#: Public classes without an example: protocols with their own page, and objects that the client makes.
WITHOUT_EXAMPLE = {
    "AiohttpTransport",
    "AttemptInfo",
    "CachingTransport",
    "CallCounts",
    "CallInfo",
    "CallOptions",
    "CallResult",
    "Closure",
    "MemoryResponseCache",
    "Observer",
    "Received",
    "RedisResponseCache",
    "SqliteResponseCache",
    "Token",
    "TokenStore",
}


def example_of(documented):
    """Return the first block of code of a docstring; None if there is none."""
    found = re.search(r"(?:^|\n)[^\n]*::\n\n((?:    .*\n|\n)+)", f"{inspect.getdoc(documented)}\n")
    return textwrap.dedent(found[1]) if found else None


def as_function(example):
    return f"async def example(client):\n{textwrap.indent(example, '    ')}\n"


def test_help_of_the_package_begins_with_an_example():
    assert inspect.getdoc(spotify).splitlines()[2] == "::"
    compile(example_of(spotify), "spotify", "exec")


def test_every_public_class_has_an_example_that_names_it():
    classes = {name: value for name in spotify.__all__ if isinstance(value := getattr(spotify, name), type)}
    without = {name for name, kind in classes.items() if not name.endswith("Error") and example_of(kind) is None}
    assert without == WITHOUT_EXAMPLE
    for name, kind in classes.items():
        if not name.endswith("Error") and name not in without:
            ast.parse(as_function(example_of(kind)))


@pytest.mark.parametrize("service", service_types(), ids=lambda service: service.__name__)
async def test_the_example_of_a_service_runs(service, capsys):
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        catalogue = sandbox.catalogue
        example = example_of(service)
        for id_, entity in {
            "4aawyAB9vmqN3uQ7FjRGTy": catalogue.long_album,
            "0OdUWJ0sBjDrqHygGUXeCF": catalogue.artists[0],
            "7iHfbu1YPACw6oZPAFJtqe": catalogue.audiobooks[0],
            "0D5wENdkdwbqlrHoaJ9g29": catalogue.chapters[0],
            "512ojhOuo1ktJprKbVcKyQ": catalogue.episodes[0],
            "38bS44xjbVVZ3No3ByF1dJ": catalogue.shows[0],
            "11dFghVXANMlKmJXsNCbNl": catalogue.tracks[0],
        }.items():
            example = example.replace(id_, entity.id)
        names = {}
        exec(compile(as_function(example), service.__name__, "exec"), names)
        await names["example"](client)
        assert sandbox.requests
    # A list without objects would test nothing. The examples of these two services print nothing.
    assert service.__name__ in {"EpisodesService", "LibraryService"} or capsys.readouterr().out
