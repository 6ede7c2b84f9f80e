"""What a command needs: its options, its scopes, a client, and the exit status for an error."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import typer

if TYPE_CHECKING:
    from spotify.client import AsyncSpotifyClient
    from spotify.config import ClientConfig
    from spotify.scopes import Need
    from spotify.user_login import UserLogin

T = TypeVar("T")

FAILURE: Final = 1
USAGE: Final = 2
LOGIN_REQUIRED: Final = 3
NO_CONNECTION: Final = 4
RATE_LIMITED: Final = 5
NOT_FOUND: Final = 6
INTERRUPTED: Final = 130

# The scopes of commands.
READ_PLAYLISTS: Final = ("playlist-read-private", "playlist-read-collaborative")
CHANGE_PLAYLISTS: Final = (*READ_PLAYLISTS, "playlist-modify-public", "playlist-modify-private")
BACKUP: Final = ("user-library-read", "user-read-playback-position", "user-follow-read", *READ_PLAYLISTS)
RESTORE: Final = (
    *BACKUP,
    "user-library-modify",
    "user-follow-modify",
    "playlist-modify-public",
    "playlist-modify-private",
)
READ_PLAYER: Final = ("user-read-playback-state", "user-read-currently-playing")
CONTROL_PLAYER: Final = ("user-modify-playback-state", *READ_PLAYER)
ALL: Final = tuple(  # what `login` asks for
    sorted({*RESTORE, *CONTROL_PLAYER, "user-read-private", "user-read-recently-played", "user-top-read"})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of all commands."""

    json: bool = False
    """Whether to print JSON."""
    sandbox: bool = False
    """Whether to use a sandbox."""
    user: str = "default"
    """The name for the user whose token is used."""


def settings_of(context: typer.Context) -> Settings:
    """Return the options of a command."""
    settings: Settings = context.obj
    return settings


def state_path(*parts: str) -> Path:
    """Return a path in the directory where the command line keeps its files."""
    from spotify.impl.token_stores.file_token_store import state_directory

    return state_directory().joinpath(*parts)


def run(settings: Settings, work: Callable[[], Coroutine[None, None, T]], *, resumed_by: str | None = None) -> T:
    """Run a command, and return its result.

    Args:
        settings: Its options.
        work: The command.
        resumed_by: The command that continues it after an interruption.

    Raises:
        typer.Exit: It failed, with the exit status; the reason was printed.
    """
    try:
        return asyncio.run(work())
    except KeyboardInterrupt:
        advice = f"; `{resumed_by}` continues" if resumed_by else ""
        _print_error(settings, "Interrupted", f"interrupted{advice}", INTERRUPTED)
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        status = exit_status(error)
        if status is None:
            raise
        message = str(error)
        if resumed_by and status in {NO_CONNECTION, RATE_LIMITED, FAILURE}:
            message += f"; `{resumed_by}` continues"
        _print_error(settings, type(error).__name__, message, status)
        raise typer.Exit(status) from None


def exit_status(error: Exception) -> int | None:
    """Return the exit status for an error; None for one that is not expected."""
    from spotify.errors import (
        LoginError,
        LoginRequiredError,
        MissingScopeError,
        NotFoundError,
        RateLimitError,
        SpotifyError,
        TransportError,
    )

    kinds: tuple[tuple[type[Exception] | tuple[type[Exception], ...], int], ...] = (
        ((LoginRequiredError, LoginError, MissingScopeError), LOGIN_REQUIRED),
        (TransportError, NO_CONNECTION),
        (RateLimitError, RATE_LIMITED),
        (NotFoundError, NOT_FOUND),
        ((SpotifyError, OSError), FAILURE),
        ((ValueError, TypeError), USAGE),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), None)


@asynccontextmanager
async def client_for(settings: Settings, *needs: Need) -> AsyncGenerator[AsyncSpotifyClient]:
    """Provide a client: of a sandbox, of the user who logged in, or of the application.

    Args:
        settings: The options of the command.
        *needs: What the client is for. Without a scope among them, no user is needed.

    Raises:
        LoginRequiredError: The user has to log in, and there is no terminal.
    """
    from spotify.client import AsyncSpotifyClient
    from spotify.scopes import scopes_of

    if settings.sandbox:
        from spotify.testing import SpotifySandbox

        async with SpotifySandbox() as sandbox, sandbox.client() as client:
            await _play_something(client)
            yield client
        return
    login = login_for(settings, *needs)
    if not scopes_of(needs) and not await has_token(login) and has_secret():
        async with AsyncSpotifyClient.from_client_credentials(config=client_config()) as client:
            yield client
        return
    async with login as client:
        yield client


async def _play_something(client: AsyncSpotifyClient) -> None:
    """Let the sandbox play, so that the commands of the player have something to show."""
    device = next(device.id for device in await client.player.get_devices() if device.id and not device.is_restricted)
    album = (await client.albums.get_saved(limit=1)).items[0].album
    await client.player.start_playback(device, context_uri=None if album is None else album.uri)


def login_for(settings: Settings, *needs: Need) -> UserLogin:
    """Return the login of the user."""
    import webbrowser

    from spotify.impl.auth.ensured_login import has_graphical_browser
    from spotify.user_login import login

    def open_browser(url: str) -> bool:
        if not has_graphical_browser():
            return False
        tell(f"Log in in the browser. If it does not open, go to {url}")
        return webbrowser.open(url)

    return login(*needs, user=settings.user, config=client_config(), open_browser=open_browser, show=tell)


async def has_token(login: UserLogin) -> bool:
    """Return whether a token of the user is stored."""
    from spotify.errors import SpotifyError

    try:
        auth = await login.auth(may_ask=False)
    except ValueError:
        return False
    try:
        await auth.get_access_token()
    except SpotifyError:
        return False
    finally:
        await auth.close()
    return True


def has_secret() -> bool:
    """Return whether the environment has a client id and a client secret."""
    from spotify.credentials import EnvironmentCredentials

    credentials = EnvironmentCredentials()
    try:
        return bool(credentials.client_id and credentials.client_secret)
    except ValueError:
        return False


def client_config() -> ClientConfig:
    """Return the settings of the environment, with a file for the usage of all commands of a day."""
    from spotify.config import ClientConfig

    config = ClientConfig.from_env()
    if config.usage_path is None and config.redis_url is None:
        config = replace(config, usage_path=str(state_path("usage")))
    return config


def tell(text: str) -> None:
    """Print a line for the user, beside the output."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _print_error(settings: Settings, kind: str, message: str, status: int) -> None:
    if settings.json:
        tell(json.dumps({"error": {"type": kind, "message": message, "status": status}}, ensure_ascii=False))
    else:
        hint = "; run `spotify-web login`" if status == LOGIN_REQUIRED and kind == "LoginRequiredError" else ""
        tell(f"error: {message}{hint}")
