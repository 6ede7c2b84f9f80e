"""The command line: `spotify-web`, or `python -m spotify`. It needs the extra `cli`.

Modules at the top of a command import nothing but typer and the standard library, so that `--help` is fast.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and exit.

    Args:
        arguments: The arguments; None for those of the process.

    Raises:
        SystemExit: Always, with the exit status.
    """
    try:
        from spotify.cli.app import run  # needs the extra
    except ModuleNotFoundError as exc:
        if exc.name not in {"typer", "rich"}:
            raise
        sys.exit("the command line needs the extra `cli`: pip install 'async-spotify-client[cli]'")
    run(list(sys.argv[1:] if arguments is None else arguments))
