"""What type checkers say to the code of callers."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"
RIGHT = [SAMPLES / "results.py", SAMPLES / "paging.py", SAMPLES / "components.py", SAMPLES / "overrides.py"]
WRONG = SAMPLES / "mistakes.py"
MARK = re.compile(r"# wrong(?: to (?P<checker>\w+))?$")


def run(*command):
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def mypy_findings():
    """What mypy finds as strictly as it can, set up as for a caller: this project's own settings do not count."""
    settings = ["--strict", "--config-file", os.devnull, "--follow-imports", "silent", "--no-error-summary"]
    done = run("mypy", *settings, "--output", "json", *map(str, [*RIGHT, WRONG]))
    if done.returncode not in {0, 1}:
        pytest.fail(f"mypy could not be run: {done.stdout}{done.stderr}")
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        (ROOT / finding["file"], finding["line"], finding["message"])
        for finding in findings
        if finding["severity"] == "error"
    ]


@pytest.fixture(scope="module")
def pyright_findings():
    """What pyright finds in strict mode, which each sample asks for itself."""
    if run("pyright", "--version").returncode != 0:
        pytest.skip("pyright is not installed, or cannot get the Node.js that it runs on")
    done = run("pyright", "--pythonpath", sys.executable, "--outputjson", *map(str, [*RIGHT, WRONG]))
    findings = json.loads(done.stdout)["generalDiagnostics"]
    return [
        (Path(finding["file"]), finding["range"]["start"]["line"] + 1, finding["message"])
        for finding in findings
        if finding["severity"] == "error"
    ]


@pytest.fixture(params=["mypy", "pyright"], scope="module")
def checker(request):
    return request.param


@pytest.fixture(scope="module")
def findings(request, checker):
    return request.getfixturevalue(f"{checker}_findings")


@pytest.mark.parametrize("sample", RIGHT, ids=lambda path: path.stem)
def test_what_is_right_is_accepted(findings, sample):
    assert [(line, message) for path, line, message in findings if path == sample] == []


def test_what_is_wrong_is_refused_line_by_line(findings, checker):
    lines = enumerate(WRONG.read_text().splitlines(), 1)
    marks = {number: mark for number, line in lines if (mark := MARK.search(line))}
    wanted = {number for number, mark in marks.items() if mark["checker"] in {None, checker}}
    refused = {line: message for path, line, message in findings if path == WRONG}
    accepted = [marks[number].string.strip() for number in sorted(wanted - set(refused))]
    surprises = [(number, message) for number, message in refused.items() if number not in wanted]
    assert (accepted, surprises) == ([], [])
    assert len(wanted) > 80
