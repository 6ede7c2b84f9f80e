"""The README of the test helpers lists every helper module once."""

import re
from pathlib import Path

FOLDER = Path(__file__).parent
MODULES = [
    path.stem
    for folder in (FOLDER, FOLDER.parent / "contract")
    for path in folder.glob("*.py")
    if not path.stem.startswith(("test_", "__"))
]


def test_every_helper_is_listed_once():
    listed = re.findall(r"^\| `(\w+)` \|", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(listed) == sorted(MODULES)
