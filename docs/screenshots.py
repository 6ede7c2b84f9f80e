"""Writes the screenshots of the command line to `docs/static/`: `python docs/screenshots.py`.

Each is what a command prints to a terminal on a sandbox, as SVG. It needs the extra `cli` and a system with `pty`.
"""

import os
import pty
import re
import sys
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

STATIC = Path(__file__).parent / "static"
WIDTH = 100
COMMANDS = {
    "search": ["search", "blueprint", "--limit", "5"],
    "devices": ["devices"],
}


def output_of(arguments: list[str]) -> str:
    """Run the command in a terminal, and return what it prints, with its colours."""
    printed = bytearray()

    def read(descriptor: int) -> bytes:
        data = os.read(descriptor, 4096)
        printed.extend(data)
        return data

    os.environ |= {"COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    status = pty.spawn([sys.executable, "-m", "spotify", "--sandbox", *arguments], read)
    if status:
        raise SystemExit(f"{arguments} failed: {printed.decode()}")
    return printed.decode().replace("\r\n", "\n")


def main() -> None:
    """Write all screenshots."""
    for name, arguments in COMMANDS.items():
        console = Console(record=True, width=WIDTH, file=StringIO())
        console.print(Text(f"$ spotify-web {' '.join(arguments)}", style="bold"))
        console.print(Text.from_ansi(output_of(arguments)))
        svg = console.export_svg(title="spotify-web", unique_id=name)
        svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)  # its fonts are on another server
        STATIC.joinpath(f"cli-{name}.svg").write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")


if __name__ == "__main__":
    main()
