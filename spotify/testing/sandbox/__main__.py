"""`python -m spotify.testing.sandbox`: a Spotify on this machine, for programs in any language."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Final, get_args

from spotify.testing.sandbox.accounts.authorize_page import ConsentMode
from spotify.testing.sandbox.faults.fault_syntax import FaultOption
from spotify.testing.sandbox.server import SpotifySandbox
from spotify.testing.sandbox.web_api.quota import QuotaMode

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

_FAULT_HELP: Final = """\
lets something go wrong; may be repeated, and the first that fits goes first. TARGET: an operation id, a method and a
path ('PUT /me/library'), 'GET *', '*', or 'POST /api/token'. KIND: status=503, reset, cut=length|chunked|gzip,
garbage=html|…, redirect=https://…, foreign_next=https://…, drip, or nothing but a delay. OPTION: times, probability,
after, executed, delay_before, delay_after, and those of the kind, such as retry_after. Example: 'PUT /me/library:
status=503, retry_after=2, times=1'. The documentation of spotify.testing.Fault has all of them
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
            rate_limit=options.rate_limit,
            rate_window=options.rate_window,
            rate_penalty=options.rate_penalty,
            fault_seed=options.fault_seed,
        )
        for text in options.fault:
            planned = FaultOption.parse(text)
            sandbox.fail(
                planned.target,
                planned.fault,
                times=planned.times,
                probability=planned.probability,
                after=planned.after,
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
    parser.add_argument(
        "--rate-limit",
        type=int,
        metavar="CALLS",
        help="the most calls to the Web API in any window; more are answered with 429 (default: no limit)",
    )
    parser.add_argument("--rate-window", type=float, default=30.0, metavar="SECONDS", help="its length (default: 30)")
    parser.add_argument(
        "--rate-penalty",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether calls that were refused count too (default: yes)",
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="'TARGET: KIND, OPTION, …'",
        help=_FAULT_HELP,
    )
    parser.add_argument(
        "--fault-seed", type=int, default=0, help="what faults with a probability are drawn from (default: 0)"
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
