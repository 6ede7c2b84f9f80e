"""The commands by name, and the options that all of them take."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from spotify.cli import account, catalogue, diagnosis, library, player, playlists
from spotify.cli.session import Settings

_EPILOG: Final = (
    "Every command takes --json, --sandbox and --user. "
    "Exit status: 0 success, 1 failure, 2 wrong arguments, 3 login required, 4 no connection, 5 rate limit or quota, "
    "6 not found, 130 interrupted."
)
_ANYWHERE: Final = {"--json": 0, "--sandbox": 0, "--user": 1}

app = typer.Typer(
    name="spotify-web",
    help="Spotify on the command line.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(epilog=_EPILOG)
def set_options(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables, also for errors.")] = False,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Use invented data instead of Spotify.")] = False,
    user: Annotated[str, typer.Option(metavar="NAME", help="A name for the user, if there are several.")] = "default",
) -> None:
    """Spotify on the command line."""
    context.obj = Settings(json=json, sandbox=sandbox, user=user)


for _module in (account, catalogue, player, library, diagnosis):
    _module.add_to(app)
app.add_typer(playlists.app, name="playlist")


def run(arguments: list[str]) -> None:
    """Run a command, and exit with its status."""
    app(_with_options_first(arguments), prog_name="spotify-web")


def _with_options_first(arguments: list[str]) -> list[str]:
    """Return the arguments with the options of all commands first, where they belong."""
    options: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            rest += [argument, *left]
        elif argument in _ANYWHERE:
            options += [argument, *(value for _, value in zip(range(_ANYWHERE[argument]), left, strict=False))]
        else:
            rest.append(argument)
    return options + rest
