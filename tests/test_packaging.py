"""The metadata in pyproject.toml."""

import json
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import dependency_injector

from spotify.testing.sandbox.__main__ import create_sandbox

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NAME = PROJECT["project"]["name"]
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]


def of_extra(name):
    """Return the requirements of an extra, with the project's own extras expanded."""
    requirements = set()
    for requirement in PROJECT["project"]["optional-dependencies"][name]:
        own = re.fullmatch(re.escape(NAME) + r"\[([\w,]+)\]", requirement)
        requirements |= set().union(*map(of_extra, own[1].split(","))) if own else {requirement}
    return requirements


def of_group(name):
    """Return the requirements of a dependency group, with included groups expanded."""
    entries = PROJECT["dependency-groups"][name]
    return {
        requirement
        for entry in entries
        for requirement in (of_group(entry["include-group"]) if isinstance(entry, dict) else {entry})
    }


def test_dev_group_and_dev_extra_list_the_same_requirements():
    assert of_group("dev") == of_extra("dev")


def test_lowest_versions_pin_every_direct_requirement():
    command = [sys.executable, ROOT / ".ci" / "lowest"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    extras = set().union(*map(of_extra, ("redis", "keyring", "dev")))
    requirements = {*PROJECT["project"]["dependencies"], *extras}
    assert sorted(printed) == sorted(re.sub(r">=([\d.]+)([,;].*)?$", r"==\1", text) for text in requirements)


def test_classifiers_name_the_python_versions_that_the_gate_tests():
    versions = re.search(r"for version in ([\d. ]+); do", (ROOT / ".ci" / "run").read_text())[1].split()
    prefix = "Programming Language :: Python :: 3."
    classified = [name.rpartition(" ")[2] for name in PROJECT["project"]["classifiers"] if name.startswith(prefix)]
    assert classified == [version for version in versions if version in classified]
    assert classified[0] == PROJECT["project"]["requires-python"].removeprefix(">=")


def test_the_hook_of_pyinstaller_names_what_compiled_modules_import(monkeypatch):
    hooks = SimpleNamespace(collect_submodules=lambda *_, **__: [], collect_data_files=lambda *_, **__: [])
    monkeypatch.setitem(sys.modules, "PyInstaller", SimpleNamespace(utils=SimpleNamespace(hooks=hooks)))
    monkeypatch.setitem(sys.modules, "PyInstaller.utils", SimpleNamespace(hooks=hooks))
    monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", hooks)
    named = set(runpy.run_path(str(ROOT / "spotify" / "__pyinstaller" / "hook-spotify.py"))["hiddenimports"])

    sources = [path.read_text() for path in Path(dependency_injector.__file__).parent.glob("*.pyx")]
    imported = {
        name for source in sources for name in re.findall(r"^ *(?:from|import) ([a-z_.]+)", source, re.MULTILINE)
    }
    always_there = {"__future__", "builtins", "collections", "sys", "os"}
    standard = {name for name in imported if name.partition(".")[0] in sys.stdlib_module_names} - always_there
    assert "configparser" in standard
    assert {name for name in standard if name not in named and name.partition(".")[0] not in named} == set()


def test_the_dockerfile_copies_what_the_build_reads_and_serves_the_port_that_it_exposes():
    lines = [line.split(maxsplit=1) for line in (ROOT / "Dockerfile").read_text().splitlines() if line[:1].isupper()]
    copied = {name for instruction, rest in lines if instruction == "COPY" for name in rest.split()[:-1]}
    instructions = dict(lines)
    entry_point = json.loads(instructions["ENTRYPOINT"])
    sandbox = create_sandbox(entry_point[3:])

    readme = PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["fragments"][0]["path"]
    read = {"pyproject.toml", readme, *PROJECT["project"]["license-files"], *WHEEL["packages"]}
    assert read == copied
    assert all((ROOT / name).exists() for name in copied)
    assert instructions["FROM"].startswith("python:3.")
    version = instructions["FROM"].removeprefix("python:").removesuffix("-slim")
    assert f"Programming Language :: Python :: {version}" in PROJECT["project"]["classifiers"]
    assert entry_point[:3] == ["python", "-m", "spotify.testing.sandbox"]
    assert sandbox.url.endswith(f":{instructions['EXPOSE']}")
