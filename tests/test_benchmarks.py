"""The benchmarks run, and their table and statistics are right."""

import json
import sys
from importlib.util import find_spec

import pytest

from benchmarks.__main__ import main
from benchmarks.measuring import Timings, time_in_turns
from benchmarks.table import Row, render
from tests.support.redis_server import PROGRAM

pytestmark = pytest.mark.slow

ROWS = [
    "CPU of a call beyond its transport",
    *(f"CPU of a call: observers, {number} with" for number in ("one", "one", "three", "three")),
    "CPU that counting adds to a call",
    "CPU that counting, a daily limit and a file adds to a call",
    "GET an album without markets (9 KB), CPU",
    "GET an album with markets (71 KB), CPU",
    "60 GETs of distinct albums, 50 at a time",
    *(["60 GETs of distinct albums, 50 at a time, uvloop"] if find_spec("uvloop") else []),
    "GET an album of 71 KB from the cache",
    "GET an album of 71 KB that is not cacheable",
    "decode an album of 42 tracks without markets",
    "decode an album of 42 tracks with markets",
    "decode 50 playlist items without markets",
    "decode 50 playlist items with markets",
    "decode a search for 3 types without markets",
    "decode a search for 3 types with markets",
    "decode an album of 42 tracks with markets: json.loads",
    "decode an album of 42 tracks with markets: DataclassesJsonSerializer",
    *(
        f"{model} with markets: {method}()"
        for model in ("a saved track", "an album of 42 tracks", "50 playlist items")
        for method in ("to_json", "to_dict", "from_json", "from_dict")
    ),
    "import spotify",
    "from spotify import AsyncSpotifyClient",
    "memory of 100 saved tracks with markets",
    "60 tracks, concurrent GETs",
    "60 tracks, in batches",
    "export of 2 playlists of 200 items, first run",
    "export of 2 playlists of 200 items, second run",
    "export of 2 playlists of 200 items, first run with an empty cache",
    "export of 2 playlists of 200 items, second run with the cache",
    "500 playlist items, collect",
    "500 playlist items, async for",
    "memory of `async for` over 100 saved tracks",
    "token requests for 20 calls on an expired token",
    "token requests for 20 calls on a token that is refused",
    "requests of 100 calls sent during the pause after a 429",
]
if PROGRAM is not None:
    ROWS += [
        "1 processes, one limit: refused",
        "1 processes, one limit: calls allowed",
        "1 processes, one limit: the largest share",
        "1 processes on one expired token: refreshes",
    ]


def test_the_table_has_a_row_for_each_figure(capsys):
    assert main(["--quick"]) == 0
    _headings, _rule, *rows, _empty, environment = capsys.readouterr().out.splitlines()
    assert "aiohttp" in environment
    assert len(rows) == len(ROWS)
    assert all(row.startswith(f"| {name}") for row, name in zip(rows, ROWS, strict=True))


def test_one_benchmark_can_be_run_alone_and_written_as_json(capsys, tmp_path):
    path = tmp_path / "figures.json"
    assert main(["--quick", "counting_calls", "--json", str(path)]) == 0
    document = json.loads(path.read_text(encoding="utf-8"))
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert [row["at_most"] for row in document["rows"]] == [1.0, 1.0]
    assert document["environment"]["python"].startswith("CPython")


def test_peers_are_compared_as_far_as_they_are_installed(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tekore", None)
    assert main(["--quick", "--peers"]) == 0
    out, err = capsys.readouterr()
    assert "peers: tekore skipped: it is not installed" in err
    assert len([line for line in out.splitlines() if "GETs of an album with markets" in line]) == 5


def test_an_unknown_benchmark_is_an_error(capsys):
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "there is no benchmark speed" in capsys.readouterr().err


def row(ratio, at_most, known_miss=None):
    return Row(what="a", measured="1", limit="b", ratio=ratio, at_most=at_most, known_miss=known_miss)


@pytest.mark.parametrize(
    ("ratio", "at_most", "known_miss", "verdict"),
    [
        (1.0, 1.0, None, "ok"),
        (1.01, 1.0, None, "OVER by 0.01"),
        (9.0, None, None, ""),
        (1.0, 1.0, 1.5, "ok"),
        (1.5, 1.0, 1.5, "known by 0.50"),
        (1.6, 1.0, 1.5, "OVER by 0.60"),
    ],
)
def test_a_verdict_compares_the_ratio_with_its_maximum(ratio, at_most, known_miss, verdict):
    assert row(ratio, at_most, known_miss).verdict == verdict
    assert row(ratio, at_most, known_miss).is_over == verdict.startswith("OVER")


def test_all_lines_of_the_table_have_the_same_width():
    lines = render([row(1.0, 1.0), row(100.0, None)]).splitlines()
    assert len({len(line) for line in lines}) == 1


def test_ratio_and_difference_are_medians_over_the_rounds():
    timings = Timings({"first": [2.0, 30.0, 6.0], "second": [1.0, 3.0, 3.0]})
    assert timings.ratio("first", "second") == 2.0
    assert timings.difference("first", "second") == 3.0
    assert timings.seconds("first") == 6.0


def test_functions_are_timed_in_turns():
    turns = []
    time_in_turns({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, rounds=2, calls=2)
    assert "".join(turns) == "ab" + "aabb" * 2
