"""`playlist`: export, import, dedupe, sort, merge, diff, copy and resume."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, cast

import typer

from spotify.cli.output import print_json, print_line, progress_bars
from spotify.cli.session import (
    CHANGE_PLAYLISTS,
    READ_PLAYLISTS,
    Settings,
    client_for,
    run,
    settings_of,
    state_path,
    tell,
)

if TYPE_CHECKING:
    from spotify.client import AsyncSpotifyClient
    from spotify.rows import Row
    from spotify.tools import Plan
    from spotify.tools.planning import DuplicateKey, SortKey

app = typer.Typer(help="Export, import and change playlists.", no_args_is_help=True, rich_markup_mode=None)

_Playlist = Annotated[str, typer.Argument(help="A playlist: its id, URI or URL.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan, and change nothing.")]
_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the change.")]
_KeepDates = Annotated[bool, typer.Option("--keep-dates", help="Keep the dates of adding, with more calls.")]
_By = Annotated[str, typer.Option(help="What makes duplicates: id, isrc or title.")]
_RESUME: Final = "spotify-web playlist resume"


@app.command()
def export(
    context: typer.Context,
    playlist: _Playlist,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file; default: standard output.")] = None,
    format_: Annotated[str | None, typer.Option("--format", help="csv or jsonl; default: by the file, or csv.")] = None,
) -> None:
    """Write the items of a playlist as CSV or JSON Lines."""
    settings = settings_of(context)

    async def work() -> None:
        from spotify.rows import to_rows

        async with client_for(settings, *READ_PLAYLISTS) as client:
            rows = to_rows(await client.playlists.get_items(playlist).collect())
        if settings.json and output is None:
            print_json(rows)
            return
        kind = format_ or ("jsonl" if output is not None and output.suffix in {".jsonl", ".json"} else "csv")
        text = _formatted(rows, kind)
        if output is None:
            sys.stdout.write(text)
        else:
            output.write_text(text, encoding="utf-8")
            print_line(settings, f"{output}: {len(rows)} items", file=str(output), items=len(rows))

    run(settings, work)


def _formatted(rows: list[Row], kind: str) -> str:
    if kind == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
    if kind != "csv":
        raise ValueError(f"format must be csv or jsonl, not {kind!r}")
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["uri"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV or JSON Lines with a column uri, or one URI in each line.")],
    name: Annotated[str | None, typer.Option(help="The name of the playlist; default: that of the file.")] = None,
    public: Annotated[bool, typer.Option("--public", help="Show it on the profile.")] = False,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> None:
    """Create a playlist of the URIs in a file."""
    settings = settings_of(context)

    async def make(_client: AsyncSpotifyClient) -> Plan:
        from spotify.tools import plan_import

        return plan_import(_uris_in(file), name=name or file.stem, public=public)

    _change(settings, make, dry_run=dry_run, yes=yes)


def _uris_in(file: Path) -> list[str]:
    """Return the URIs in a file: of the column `uri`, or of its lines."""
    lines = file.read_text(encoding="utf-8").splitlines()
    if lines and lines[0].startswith("{"):
        return [str(json.loads(line).get("uri") or "") for line in lines if line]
    if lines and "uri" in next(csv.reader(lines[:1])):
        return [row["uri"] for row in csv.DictReader(lines)]
    return [line.strip() for line in lines if line.strip()]


@app.command()
def dedupe(
    context: typer.Context,
    playlist: _Playlist,
    by: _By = "id",
    keep: Annotated[str, typer.Option(help="Which of them stays: first or last.")] = "first",
    keep_dates: _KeepDates = False,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> None:
    """Remove duplicates."""

    async def make(client: AsyncSpotifyClient) -> Plan:
        from spotify.tools import plan_dedupe

        which = cast("Literal['first', 'last']", keep)
        return await plan_dedupe(client, playlist, by=cast("DuplicateKey", by), keep=which, keep_dates=keep_dates)

    _change(settings_of(context), make, dry_run=dry_run, yes=yes)


@app.command()
def sort(
    context: typer.Context,
    playlist: _Playlist,
    key: Annotated[
        str, typer.Option("--by", help="added_at, album, artist, duration, name, popularity or release_date.")
    ] = "added_at",
    reverse: Annotated[bool, typer.Option("--reverse", help="The largest first.")] = False,
    keep_dates: _KeepDates = False,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> None:
    """Sort the items."""

    async def make(client: AsyncSpotifyClient) -> Plan:
        from spotify.tools import plan_sort

        return await plan_sort(client, playlist, cast("SortKey", key), reverse=reverse, keep_dates=keep_dates)

    _change(settings_of(context), make, dry_run=dry_run, yes=yes)


@app.command()
def merge(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="The playlist to add to.")],
    sources: Annotated[list[str], typer.Argument(help="The playlists to read.")],
    by: _By = "id",
    all_: Annotated[bool, typer.Option("--all", help="Add duplicates too.")] = False,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> None:
    """Add the items of other playlists to a playlist."""

    async def make(client: AsyncSpotifyClient) -> Plan:
        from spotify.tools import plan_merge

        return await plan_merge(client, target, sources, by=None if all_ else cast("DuplicateKey", by))

    _change(settings_of(context), make, dry_run=dry_run, yes=yes)


@app.command()
def diff(
    context: typer.Context,
    playlist: _Playlist,
    other: Annotated[str, typer.Argument(help="The playlist to compare with.")],
    apply: Annotated[bool, typer.Option("--apply", help="Make the first playlist like the other one.")] = False,
    keep_dates: _KeepDates = False,
    yes: _Yes = False,
) -> None:
    """Compare two playlists."""

    async def make(client: AsyncSpotifyClient) -> Plan:
        from spotify.tools import plan_diff

        return await plan_diff(client, playlist, other, keep_dates=keep_dates)

    _change(settings_of(context), make, dry_run=not apply, yes=yes)


@app.command()
def copy(
    context: typer.Context,
    source: _Playlist,
    name: Annotated[str | None, typer.Option(help="The name of the copy; default: that of the source.")] = None,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> None:
    """Copy a playlist to a new one."""

    async def make(client: AsyncSpotifyClient) -> Plan:
        from spotify.tools import plan_copy

        return await plan_copy(client, source, name=name)

    _change(settings_of(context), make, dry_run=dry_run, yes=yes)


@app.command()
def resume(context: typer.Context) -> None:
    """Continue changes that were interrupted."""
    settings = settings_of(context)

    async def work() -> None:
        from spotify.tools import Plan

        pending = sorted(_plans().glob("*.json"))
        async with client_for(settings, *CHANGE_PLAYLISTS) as client:
            for path in pending:
                await _apply(client, Plan.load(path), path)
        print_line(settings, f"{len(pending)} plans finished", plans=len(pending))

    run(settings, work, resumed_by=_RESUME)


def _change(
    settings: Settings, make: Callable[[AsyncSpotifyClient], Awaitable[Plan]], *, dry_run: bool, yes: bool
) -> None:
    """Make a plan, show it, ask, and apply it."""

    async def work() -> None:
        async with client_for(settings, *(READ_PLAYLISTS if dry_run else CHANGE_PLAYLISTS)) as client:
            with progress_bars():
                plan = await make(client)
            if not settings.json:
                sys.stdout.write(f"{plan}\n")
            if not dry_run and plan and _confirmed(plan, yes=yes):
                await _apply(client, plan, _plans() / f"{plan.action}-{plan.playlist or abs(hash(plan.after))}.json")
        if settings.json:
            import msgspec

            data: dict[str, object] = msgspec.to_builtins(plan)
            print_json({**data, "calls": plan.calls, "is_dry_run": dry_run})

    run(settings, work, resumed_by=None if dry_run else _RESUME)


def _confirmed(plan: Plan, *, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ValueError("nothing was changed: without a terminal, confirm the change with --yes")
    tell(f"Change {plan.name!r} with {plan.calls} calls? [y/N] ")
    if input().strip().lower() not in {"y", "yes"}:
        tell("nothing was changed")
        return False
    return True


def _plans() -> Path:
    return state_path("plans")


def _remove(path: Path) -> None:
    """Remove a plan that is finished."""
    path.unlink(missing_ok=True)


async def _apply(client: AsyncSpotifyClient, plan: Plan, path: Path) -> None:
    """Apply a plan, which is stored until it is finished."""
    plan.save(path)
    with progress_bars() as show:
        await plan.apply(
            client, progress=lambda done, total: show(plan.name, done, total), on_step=lambda each: each.save(path)
        )
    _remove(path)
