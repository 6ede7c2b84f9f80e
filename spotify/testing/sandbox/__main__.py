"""`python -m spotify.testing.sandbox`: a Spotify on this machine, for programs in any language."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Final, get_args

from spotify.testing.sandbox.authorize import ConsentMode
from spotify.testing.sandbox.quota import QuotaMode
from spotify.testing.sandbox.server import SpotifySandbox

_TOKEN_SECONDS: Final = 30 * 24 * 3600.0
_WELCOME: Final = """\
Spotify sandbox at {sandbox.url} in {sandbox.quota_mode} quota mode. Ctrl-C stops it.

Point a client at it:
  export SPOTIFY_API_URL={sandbox.api_url}
  export SPOTIFY_ACCOUNTS_URL={sandbox.accounts_url}
  export SPOTIFY_CLIENT_ID={sandbox.client_id}
  export SPOTIFY_CLIENT_SECRET={sandbox.client_secret}
  export SPOTIFY_REDIRECT_URI={redirect_uri}

As the user {user.id}, with every scope, for 30 days:
  curl -H 'Authorization: Bearer {token}' {sandbox.api_url}/me

From Python, with the variables above:
  from spotify import AsyncSpotifyClient, ClientConfig

  async with AsyncSpotifyClient("{token}", config=ClientConfig.from_env()) as client:
      print(await client.albums.get("{album.id}"))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        sandbox = SpotifySandbox(
            port=options.port,
            seed=options.seed,
            latency=options.latency,
            quota_mode=options.quota_mode,
            consent=options.consent,
            redirect_uris=options.redirect_uri,
        )
        asyncio.run(_serve(sandbox))
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError, OverflowError) as error:
        sys.stderr.write(f"cannot serve the sandbox: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m spotify.testing.sandbox",
        description="Serve an invented Spotify, Web API and accounts service, on the loopback interface.",
    )
    parser.add_argument("--port", type=int, default=0, help="where to listen; 0, the default, for any free port")
    parser.add_argument("--seed", type=int, default=0, help="what the catalogue is made from (default: 0)")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer takes longer")
    parser.add_argument(
        "--quota-mode",
        choices=get_args(QuotaMode),
        default="extended",
        help="what applications may have: everything, or what is left in development mode (default: extended)",
    )
    parser.add_argument(
        "--consent",
        choices=get_args(ConsentMode),
        default="auto",
        help="whether the authorize page allows everything at once, asks by a form, or refuses (default: auto)",
    )
    parser.add_argument(
        "--redirect-uri",
        action="append",
        default=[],
        metavar="URI",
        help="an https redirect URI to register; those of the loopback interface are; may be repeated",
    )
    return parser


async def _serve(sandbox: SpotifySandbox) -> None:
    async with sandbox:
        user = sandbox.catalogue.default_user
        token = sandbox.issue_token(user=user.id, expires_in=_TOKEN_SECONDS)
        album = sandbox.catalogue.long_album
        redirect_uri = sandbox.environment()["SPOTIFY_REDIRECT_URI"]
        sys.stdout.write(
            _WELCOME.format(sandbox=sandbox, redirect_uri=redirect_uri, user=user, token=token, album=album)
        )
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
