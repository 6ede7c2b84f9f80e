"""mypy and pyright accept correct code of callers and reject mistakes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"
CORRECT = [SAMPLES / "results.py", SAMPLES / "paging.py", SAMPLES / "components.py", SAMPLES / "overrides.py"]
MISTAKES = SAMPLES / "mistakes.py"
#: Packages that mypy need not read: the public API does not have their types.
UNREAD = [
    "pydantic",
    "pydantic_settings",
    "aiohttp",
    "cryptography",
    "filelock",
    "keyring",
    "redis",
    "structlog",
    "yaml",
    "hypothesis",
    "opentelemetry",
    "pandas",
    "polars",
    "pyarrow",
    "pytest",
    "_pytest",
    "rich",
    "typer",
]
MARK = re.compile(r"# error(?: in (?P<checker>\w+))?$")


def run(*command):
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def mypy_errors(tmp_path_factory):
    """The errors of `mypy --strict` without the configuration of this project, as for a caller."""
    config = tmp_path_factory.mktemp("mypy") / "mypy.ini"
    config.write_text(
        "[mypy]\nfollow_imports = silent\n"
        "[mypy-spotify.*]\nignore_errors = True\n"  # so that mypy does not read the bodies of functions
        f"[mypy-{','.join(f'{package}.*' for package in UNREAD)}]\nfollow_imports = skip\n"
        "follow_imports_for_stubs = True\n"
    )
    settings = ["--strict", "--config-file", str(config), "--no-error-summary"]
    settings += ["--cache-dir", os.devnull, "--output", "json"]
    result = run("mypy", *settings, *map(str, [*CORRECT, MISTAKES]))
    if result.returncode not in {0, 1}:
        pytest.fail(f"mypy failed: {result.stdout}{result.stderr}")
    messages = [json.loads(line) for line in result.stdout.splitlines()]
    return [
        (ROOT / message["file"], message["line"], message["message"])
        for message in messages
        if message["severity"] == "error"
    ]


@pytest.fixture(scope="module")
def pyright_errors():
    """The errors of pyright in the mode that each sample sets."""
    result = run("pyright", "--pythonpath", sys.executable, "--outputjson", *map(str, [*CORRECT, MISTAKES]))
    if not result.stdout.startswith("{"):
        pytest.skip(f"pyright is not installed, or cannot install Node.js: {result.stderr}")
    messages = json.loads(result.stdout)["generalDiagnostics"]
    return [
        (Path(message["file"]), message["range"]["start"]["line"] + 1, message["message"])
        for message in messages
        if message["severity"] == "error"
    ]


@pytest.fixture(params=["mypy", "pyright"], scope="module")
def checker(request):
    return request.param


@pytest.fixture(scope="module")
def errors(request, checker):
    return request.getfixturevalue(f"{checker}_errors")


@pytest.mark.parametrize("sample", CORRECT, ids=lambda path: path.stem)
def test_correct_code_is_accepted(errors, sample):
    assert [(line, message) for path, line, message in errors if path == sample] == []


def test_every_mistake_is_reported_and_nothing_else(errors, checker):
    lines = enumerate(MISTAKES.read_text().splitlines(), 1)
    marks = {number: mark for number, line in lines if (mark := MARK.search(line))}
    expected = {number for number, mark in marks.items() if mark["checker"] in {None, checker}}
    reported = {line: message for path, line, message in errors if path == MISTAKES}
    missing = [marks[number].string.strip() for number in sorted(expected - set(reported))]
    unexpected = [(number, message) for number, message in reported.items() if number not in expected]
    assert (missing, unexpected) == ([], [])
    assert len(expected) > 80
