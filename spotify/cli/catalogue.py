"""`get`, `search` and `call`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from spotify.cli.output import print_fields, print_json, print_rows
from spotify.cli.session import client_for, run, settings_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from spotify.client import AsyncSpotifyClient
    from spotify.models import SpotifyModel

_KINDS: Final = ("album", "artist", "audiobook", "chapter", "episode", "playlist", "show", "track", "user")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(get)
    app.command()(search)
    app.command()(call)


def get(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(help="A URI, a URL, or an id with --type.")],
    kind: Annotated[str, typer.Option("--type", help=f"The type of an id: {', '.join(_KINDS)}.")] = "track",
) -> None:
    """Show an album, artist, track or any other object."""
    settings = settings_of(context)

    async def work() -> None:
        from spotify._checks import check_choice
        from spotify.ids import SpotifyUri
        from spotify.rows import to_rows

        is_id = ":" not in reference and "/" not in reference
        uri = SpotifyUri(kind, reference) if is_id else SpotifyUri.parse(reference)
        check_choice("the type", uri.kind, _KINDS)
        async with client_for(settings) as client:
            model = await _getter(client, uri.kind)(uri.uri)
        if settings.json:
            print_json(model.to_dict())
        else:
            print_fields(settings, to_rows([model])[0])

    run(settings, work)


def _getter(client: AsyncSpotifyClient, kind: str) -> Callable[[str], Awaitable[SpotifyModel]]:
    getters: dict[str, Callable[[str], Awaitable[SpotifyModel]]] = {
        "album": client.albums.get,
        "artist": client.artists.get,
        "audiobook": client.audiobooks.get,
        "chapter": client.chapters.get,
        "episode": client.episodes.get,
        "playlist": client.playlists.get,
        "show": client.shows.get,
        "track": client.tracks.get,
        "user": client.users.get,
    }
    return getters[kind]


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="What to search for.")],
    kind: Annotated[
        str, typer.Option("--type", help="album, artist, audiobook, episode, playlist, show or track.")
    ] = "track",
    limit: Annotated[int, typer.Option(help="The number of results.")] = 10,
) -> None:
    """Search in the catalogue."""
    settings = settings_of(context)

    async def work() -> None:
        from typing import get_args

        from spotify._checks import check_choice, check_range
        from spotify.rows import to_rows
        from spotify.services import SearchType

        check_choice("the type", kind, get_args(SearchType))
        check_range("limit", limit, at_least=1, at_most=1000)
        async with client_for(settings) as client:
            found = await _results(client, " ".join(words), kind, limit)
        columns = {"track": ("artists", "name", "album", "uri"), "playlist": ("name", "owner", "items", "uri")}
        print_rows(settings, to_rows(found), columns.get(kind, ("name", "uri")))

    run(settings, work)


async def _results(client: AsyncSpotifyClient, query: str, kind: str, limit: int) -> list[SpotifyModel]:
    results = client.search.results
    readers: dict[str, Callable[[], Awaitable[Sequence[SpotifyModel]]]] = {
        "album": lambda: results(query, "album").skip_nulls().collect(limit),
        "artist": lambda: results(query, "artist").skip_nulls().collect(limit),
        "audiobook": lambda: results(query, "audiobook").skip_nulls().collect(limit),
        "episode": lambda: results(query, "episode").skip_nulls().collect(limit),
        "playlist": lambda: results(query, "playlist").skip_nulls().collect(limit),
        "show": lambda: results(query, "show").skip_nulls().collect(limit),
        "track": lambda: results(query, "track").skip_nulls().collect(limit),
    }
    return [*await readers[kind]()]


def call(
    context: typer.Context,
    operation: Annotated[
        str, typer.Argument(help="An operation id of Spotify's API description, such as get-an-album.")
    ],
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Its parameters.")] = None,
    body: Annotated[str | None, typer.Option(help="A JSON body, or @FILE.")] = None,
) -> None:
    """Call any operation of the Web API, and print its response as JSON."""
    settings = settings_of(context)

    def read_body() -> object:
        text = Path(body[1:]).read_text(encoding="utf-8") if body is not None and body.startswith("@") else body
        return None if text is None else json.loads(text)

    async def work() -> None:
        from spotify.operations import BY_ID

        parameters = dict(map(_pair, arguments or ()))
        content = read_body()
        async with client_for(settings, *([operation] if operation in BY_ID else ())) as client:
            print_json(await client.call(operation, json=content, content=None, **parameters))

    run(settings, work)


def _pair(argument: str) -> tuple[str, str | int]:
    name, mark, value = argument.partition("=")
    if not mark:
        raise ValueError(f"a parameter is KEY=VALUE, not {argument!r}")
    return name, int(value) if value.isdecimal() and str(int(value)) == value else value
