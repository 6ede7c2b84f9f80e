"""`now`, `play`, `pause`, `next`, `queue` and `devices`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from spotify.cli.output import print_fields, print_line, print_rows
from spotify.cli.session import CONTROL_PLAYER, READ_PLAYER, client_for, run, settings_of

if TYPE_CHECKING:
    from spotify.client import AsyncSpotifyClient
    from spotify.models import PlaybackState

_Device = Annotated[str | None, typer.Option(help="The name or the id of a device; default: the active one.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(now)
    app.command()(play)
    app.command()(pause)
    app.command("next")(next_)
    app.command()(queue)
    app.command()(devices)


def now(
    context: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Print each change until Ctrl-C.")] = False,
) -> None:
    """Show what is playing."""
    settings = settings_of(context)

    async def work() -> None:
        async with client_for(settings, *READ_PLAYER) as client:
            if watch:
                async for change in client.player.watch():
                    print_line(settings, str(change), kinds=sorted(change.kinds), **_fields_of(change.state))
            else:
                print_fields(settings, _fields_of(await client.player.get_playback_state()))

    run(settings, work)


def _fields_of(state: PlaybackState | None) -> dict[str, object]:
    from spotify.rows import to_rows

    if state is None:
        return {"state": "nothing is playing"}
    row = to_rows([state.item])[0] if state.item is not None else {}
    return {
        "state": "playing" if state.is_playing else "paused",
        **{name: row.get(name) for name in ("artists", "name", "album", "show", "uri")},
        "progress_ms": state.progress_ms,
        "duration_ms": row.get("duration_ms"),
        "device": None if state.device is None else state.device.name,
        "volume": None if state.device is None else state.device.volume_percent,
        "context": None if state.context is None else state.context.uri,
    }


def play(
    context: typer.Context,
    reference: Annotated[str | None, typer.Argument(help="A URI or URL; default: resume.")] = None,
    device: _Device = None,
) -> None:
    """Start or resume playback."""
    settings = settings_of(context)

    async def work() -> None:
        async with client_for(settings, *CONTROL_PLAYER) as client:
            target = await _device_id(client, device)
            if reference is None:
                state = await client.player.get_playback_state()
                if state is None or not state.is_playing or target is not None:  # Spotify refuses it otherwise
                    await client.player.start_playback(target)
            elif _is_item(reference):
                await client.player.start_playback(target, uris=[reference])
            else:
                await client.player.start_playback(target, context_uri=reference)
        print_line(settings, "Playing.", command="play", reference=reference)

    run(settings, work)


def pause(context: typer.Context, device: _Device = None) -> None:
    """Pause playback."""
    settings = settings_of(context)

    async def work() -> None:
        async with client_for(settings, *CONTROL_PLAYER) as client:
            await client.player.pause_playback(await _device_id(client, device))
        print_line(settings, "Paused.", command="pause")

    run(settings, work)


def next_(context: typer.Context, device: _Device = None) -> None:
    """Skip to the next item."""
    settings = settings_of(context)

    async def work() -> None:
        async with client_for(settings, *CONTROL_PLAYER) as client:
            await client.player.skip_to_next(await _device_id(client, device))
        print_line(settings, "Skipped.", command="next")

    run(settings, work)


def queue(
    context: typer.Context,
    reference: Annotated[str | None, typer.Argument(help="A track or episode to add; default: show the queue.")] = None,
) -> None:
    """Show the queue, or add to it."""
    settings = settings_of(context)

    async def work() -> None:
        from spotify.rows import to_rows

        async with client_for(settings, *CONTROL_PLAYER) as client:
            if reference is not None:
                await client.player.add_to_queue(reference)
                print_line(settings, "Added to the queue.", command="queue", reference=reference)
            else:
                found = await client.player.get_queue()
                print_rows(settings, to_rows(found.queue), ("artists", "name", "duration_ms", "uri"))

    run(settings, work)


def devices(context: typer.Context) -> None:
    """List the devices that can play."""
    settings = settings_of(context)

    async def work() -> None:
        async with client_for(settings, *READ_PLAYER) as client:
            found = await client.player.get_devices()
        rows = [
            {
                "name": device.name,
                "type": str(device.type),
                "is_active": device.is_active,
                "volume_percent": device.volume_percent,
                "id": device.id,
            }
            for device in found
        ]
        print_rows(settings, rows, ("name", "type", "is_active", "volume_percent", "id"))

    run(settings, work)


def _is_item(reference: str) -> bool:
    from spotify.ids import SpotifyUri

    return SpotifyUri.parse(reference).kind in {"track", "episode"}


async def _device_id(client: AsyncSpotifyClient, device: str | None) -> str | None:
    """Return the id of a device that is given by its name or id."""
    if device is None:
        return None
    found = await client.player.get_devices()
    matches = [each for each in found if device == each.id or device.casefold() == each.name.casefold()]
    if not matches or matches[0].id is None:
        names = ", ".join(repr(each.name) for each in found) or "none"
        raise ValueError(f"there is no device {device!r}; there are {names}")
    return matches[0].id
