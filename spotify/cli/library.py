"""`backup` and `restore`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from spotify.cli.output import print_line, progress_bars
from spotify.cli.session import BACKUP, RESTORE, client_for, run, settings_of, tell

if TYPE_CHECKING:
    from spotify.tools import Section

_Lists = Annotated[
    list[str] | None,
    typer.Option(
        "--include", help="A list: tracks, albums, episodes, shows, audiobooks, artists or playlists; may be repeated."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="Where to write; an existing backup is updated or finished.")],
    include: _Lists = None,
) -> None:
    """Write the library and the playlists to a directory, as JSON Lines and CSV."""
    settings = settings_of(context)

    async def work() -> None:
        from spotify.tools import backup as write_backup

        sections = _sections(include)
        with progress_bars() as show:
            async with client_for(settings, *BACKUP) as client:
                manifest = await write_backup(client, directory, include=sections, progress=show)
        counts = {name: state.items for name, state in manifest.sections.items()}
        unread = [f"{identifier}: {state.error}" for identifier, state in manifest.playlists.items() if state.error]
        text = ", ".join(f"{count} {name}" for name, count in counts.items())
        if unread and not settings.json:
            tell(f"{len(unread)} playlists of other users could not be read")
        print_line(settings, f"{directory}: {text}", directory=str(directory), items=counts, unread=unread)

    run(settings, work, resumed_by=f"spotify-web backup {directory}")


def restore(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="The directory of a backup.")],
    include: _Lists = None,
) -> None:
    """Add what a backup has and the library lacks; make the playlists as they were."""
    settings = settings_of(context)

    async def work() -> None:
        from spotify.tools import restore as restore_backup

        sections = _sections(include)
        with progress_bars() as show:
            async with client_for(settings, *RESTORE) as client:
                summary = await restore_backup(client, directory, include=sections, progress=show)
        if not settings.json:
            for line in summary.missing:
                tell(f"not restored: {line}")
        text = ", ".join(f"{count} {name}" for name, count in summary.added.items())
        print_line(
            settings,
            f"restored: {text}",
            added=summary.added,
            replaced=summary.replaced,
            missing=summary.missing,
        )

    run(settings, work, resumed_by=f"spotify-web restore {directory}")


def _sections(include: list[str] | None) -> list[Section]:
    from spotify.tools import SECTIONS

    return cast("list[Section]", include or list(SECTIONS))
