"""`login`, `whoami` and `logout`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spotify.cli.output import print_fields, print_line
from spotify.cli.session import ALL, client_config, client_for, login_for, run, settings_of


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(login)
    app.command()(whoami)
    app.command()(logout)


def login(
    context: typer.Context,
    scopes: Annotated[
        list[str] | None, typer.Argument(help="Scopes to grant; default: all that commands need.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="A token file of spotipy or spotify-sdk to take over, if no token is stored.")
    ] = None,
) -> None:
    """Log in, and store the token."""
    settings = settings_of(context)

    async def work() -> None:
        if settings.sandbox:
            print_line(settings, "The sandbox needs no login.", user="sandbox_listener", scopes=[])
            return

        request = login_for(settings, *(scopes or ALL))
        auth = await request.auth()
        if token_file is not None:
            await auth.import_token(token_file)
        await auth.close()
        async with request as client:
            profile = await client.users.get_current_profile()
            granted = sorted(request.granted_scopes)
            name = profile.display_name or profile.id
            print_line(settings, f"Logged in as {name}.", user=profile.id, name=name, scopes=granted)

    run(settings, work)


def whoami(context: typer.Context) -> None:
    """Show the user."""
    settings = settings_of(context)

    async def work() -> None:
        from spotify.rows import to_rows

        async with client_for(settings, "user-read-private") as client:
            print_fields(settings, to_rows([await client.users.get_current_profile()])[0])

    run(settings, work)


def logout(context: typer.Context) -> None:
    """Delete the stored token."""
    settings = settings_of(context)

    async def work() -> None:
        if not settings.sandbox:
            client_config()
            auth = await login_for(settings).auth(may_ask=False)
            await auth.log_out()
            await auth.close()
        print_line(settings, "Logged out.", user=settings.user)

    run(settings, work)
