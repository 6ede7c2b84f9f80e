"""The tables of the pages "Coming from …" against the published interfaces of these packages, and against this one."""

import importlib
import re
from importlib.metadata import version
from pathlib import Path

import pytest

import spotify
from spotify import AsyncSpotifyClient, tools

DOCS = Path(__file__).parents[1] / "docs"


def rows(page, heading):
    """Return the first two cells of each row of the table below a heading."""
    section = (DOCS / page).read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    table = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [(re.findall(r"`([^`]+)`", cells[0]), cells[1]) for cells in table]


def names_in_first_column(page, heading):
    return [name for names, _ in rows(page, heading) for name in names]


def public(kind):
    return {name for name in dir(kind) if name[0] != "_"}


def methods_of_services(client):
    names = public(client)
    services = {name for name in names if type(getattr(client, name)).__module__.startswith("spotify_sdk")}
    return (names - services) | {f"{name}.{each}" for name in services for each in public(getattr(client, name))}


def published(package):
    """Return the public members of the package's client, and its other public names."""
    module = importlib.import_module(package)
    others = {name for name in dir(module) if name[0].isupper() and isinstance(getattr(module, name), type)}
    if package == "spotify_sdk":
        return methods_of_services(module.AsyncSpotifyClient(access_token="t")), others
    client = module.SpotifyClient if package == "spotifyaio" else module.Spotify
    if package == "spotifyaio":  # its other names are models
        others = {name for name in others if name.endswith("Error")}
    return public(client), others - {client.__name__}


PACKAGES = ["spotipy", "tekore", "spotify_sdk", "spotifyaio"]
PAGES = {package: f"migration-{package.replace('_', '-')}.md" for package in PACKAGES}


@pytest.mark.parametrize("package", PACKAGES)
def test_tables_have_every_public_name_of_the_package_once(package):
    pytest.importorskip(package, reason=f"{package} is not installed; the extra `dev` has it")
    described = re.search(r"^Of [\w-]+ ([\d.]+):$", (DOCS / PAGES[package]).read_text(), re.MULTILINE)[1]
    members, others = published(package)
    tables = [names_in_first_column(PAGES[package], heading) for heading in ("Every method", "Other names")]
    assert all(len(names) == len(set(names)) for names in tables)
    # A later version of the package must not break the build.
    if version(package) == described:
        assert [sorted(names) for names in tables] == [sorted(members), sorted(others)]


def test_the_described_versions_are_the_lowest_ones_that_the_tests_use():
    requirements = (DOCS.parent / "pyproject.toml").read_text()
    for package, page in PAGES.items():
        name = package.replace("_", "-")
        lowest = re.search(rf'"{name}>=([\d.]+)"', requirements)[1]
        assert f"\nOf {name} {lowest}" in (DOCS / page).read_text(), name


@pytest.mark.parametrize("package", PACKAGES)
def test_every_counterpart_exists(package):
    client = AsyncSpotifyClient("token")
    known = {"client": client, "spotify": spotify, "Paginator": spotify.Paginator, "AsyncSpotifyClient": type(client)}
    for names, counterpart in rows(PAGES[package], "Every method") + rows(PAGES[package], "Other names"):
        if counterpart.startswith("none: "):
            assert names == ["follow_short_link"]
            continue
        paths = re.findall(r"`([\w.]+)`", counterpart)
        assert paths, names
        for path in paths:
            first, *rest = path.split(".")
            value = known[first]
            for each in rest:
                value = getattr(value, each)


def test_functions_named_in_notes_exist():
    text = "".join((DOCS / page).read_text() for page in PAGES.values())
    for name in re.findall(r"`spotify\.tools\.(\w+)", text):
        assert hasattr(tools, name)
    for name in re.findall(r"`spotify\.(?!tools\.)(\w+)`", text):
        assert name in {*spotify.__all__, "link"}
