"""The command line: `python -m spotify.testing.sandbox`."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import Iterator

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.__main__ import create_sandbox, main
from tests.support.sandbox_http import Caller
from tests.support.sandbox_oauth import OAuth


@pytest.fixture(autouse=True)
def sigint_is_not_ignored() -> Iterator[None]:
    """Child processes inherit an ignored SIGINT, which a shell sets for background jobs."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


async def test_the_sandbox_is_served_until_sigint() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "spotify.testing.sandbox",
        "--seed",
        "2",
        "--quota-mode",
        "development",
        "--consent",
        "form",
        "--redirect-uri",
        "https://app.example/callback",
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    welcome = (await process.stdout.readuntil(b'("')).decode()
    variables = dict(re.findall(r"export (\w+)=(\S+)", welcome))
    curl = re.search(r"curl -H '(\w+): (.*)' (\S+)", welcome)
    assert curl is not None

    async with (
        aiohttp.ClientSession() as session,
        session.get(curl[3], headers={curl[1]: curl[2]}) as response,
    ):
        profile = await response.json()
        query = {"client_id": variables["SPOTIFY_CLIENT_ID"], "response_type": "code"}
        query["redirect_uri"] = variables["SPOTIFY_REDIRECT_URI"]
        async with session.get(f"{variables['SPOTIFY_ACCOUNTS_URL']}/authorize", params=query) as page:
            consent_page = await page.text()

    process.send_signal(signal.SIGINT)
    assert (await process.communicate(), process.returncode)[1] == 0
    assert profile["id"] == "sandbox_listener"
    assert profile.keys().isdisjoint({"email", "product"})
    assert "in development quota mode" in welcome
    assert "<strong>app.example</strong>" in consent_page
    assert variables["SPOTIFY_API_URL"] == f"{variables['SPOTIFY_ACCOUNTS_URL']}/v1"
    assert variables.keys() == {
        "SPOTIFY_API_URL",
        "SPOTIFY_ACCOUNTS_URL",
        "SPOTIFY_CLIENT_ID",
        "SPOTIFY_CLIENT_SECRET",
        "SPOTIFY_REDIRECT_URI",
    }


async def test_faults_and_a_rate_limit_are_options() -> None:
    sandbox = create_sandbox(
        [
            *("--fault", "GET /me: status=503, retry_after=7, times=1", "--fault-seed", "3"),
            *("--fault", "get-current-users-profile: garbage=html, after=1, times=1"),
            *("--rate-limit", "2", "--rate-window", "1000", "--no-rate-penalty"),
        ]
    )

    async with sandbox, aiohttp.ClientSession() as session:
        call = Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
        first, second, third = [await call.get("/me") for _ in range(3)]

    assert sandbox.fault_seed == 3
    assert (first.status, first.headers["Retry-After"]) == (503, "7")
    assert (second.status, second.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert third.status == 429
    assert 900 < int(third.headers["Retry-After"]) <= 1000


async def test_what_spotify_allows_the_application_is_an_option() -> None:
    sandbox = create_sandbox(
        [
            *("--daily-quota", "GET /me/albums, get-users-saved-shows: 1", "--daily-quota", "3"),
            *("--operation-limit", "GET /me/tracks: 1/3600", "--no-quota-retry-after"),
            *("--allow-user", "sandbox_listener", "--rotate-refresh-tokens"),
        ]
    )

    async with sandbox, aiohttp.ClientSession() as session:
        call = Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
        paths = ("/me/albums", "/me/shows", "/me/tracks", "/me/tracks", "/me", "/me")
        stranger = await call.acting(user=sandbox.catalogue.users[1].id).get("/me/episodes")
        replies = [await call.get(path) for path in paths]
        tokens = await OAuth(sandbox, session).log_in_publicly()
        _, refreshed = await OAuth(sandbox, session).refresh(tokens["refresh_token"], OAuth(sandbox, session).public)

    assert [reply.status for reply in replies] == [200, 429, 200, 429, 200, 429]
    assert [reply.headers.get("Retry-After") for reply in replies if reply.status == 429] == [None, "3600", None]
    assert (stranger.status, stranger.body) == (403, b"User not registered in the Developer Dashboard")
    assert refreshed["refresh_token"] != tokens["refresh_token"]


def test_the_number_of_applications_is_an_option() -> None:
    assert len(create_sandbox(["--applications", "3"]).applications) == 3


async def test_the_owners_premium_is_an_option() -> None:
    async with create_sandbox(["--no-owner-premium"]) as sandbox, aiohttp.ClientSession() as session:
        reply = await Caller(sandbox, session, sandbox.issue_token()).get("/markets")

    assert (reply.status, reply.body[:27]) == (403, b"Active premium subscription")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--daily-quota", "many"), "'many' in 'many' is not a whole number"),
        (
            ("--daily-quota", "get-a-album: 5"),
            "daily_quota['get-a-album']: there is no operation 'get-a-album': did",
        ),
        (("--daily-quota", "5", "--daily-quota", "*: 6"), "the daily quota of * is given twice"),
        (("--daily-quota", "0"), "daily_quota['*'] must be 1 or more, not 0"),
        (("--operation-limit", "GET /me: 5/"), "'' in 'GET /me: 5/' is not a whole number"),
        (("--operation-limit", "5"), "'5' is not a limit: write an operation, a colon and the calls"),
        (("--operation-limit", "GET *: 5"), "operation_limits['GET *'] must be the limit of one operation"),
        (("--applications", "26"), "applications must be from 1 to 25, not 26"),
        (("--allow-user", "nobody"), "allowlist: there is no user 'nobody'; see `catalogue.users`"),
    ],
)
def test_an_invalid_limit_is_reported_in_one_line(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1

    printed = capsys.readouterr().err
    assert printed.startswith(f"cannot serve the sandbox: {message}")
    assert printed.count("\n") == 1


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("*: explode", "in the fault '*: explode': there is no 'explode'"),
        ("get-a-album: reset", "there is no operation 'get-a-album': did you mean 'get-an-album'?"),
        ("*: reset, probability=2", "probability must be 0 to 1, not 2.0"),
    ],
)
def test_an_invalid_fault_is_reported_in_one_line(fault: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--fault", fault]) == 1

    printed = capsys.readouterr().err
    assert printed.startswith(f"cannot serve the sandbox: {message}")
    assert printed.count("\n") == 1


async def test_a_port_in_use_is_reported_in_one_line(
    sandbox: SpotifySandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    status = await asyncio.to_thread(main, ["--port", sandbox.url.rpartition(":")[2]])

    printed = capsys.readouterr()
    assert (status, printed.out) == (1, "")
    assert printed.err.startswith("cannot serve the sandbox: ")
    assert printed.err.count("\n") == 1


def test_an_invalid_latency_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--latency", "-1"]) == 1
    assert capsys.readouterr().err == "cannot serve the sandbox: latency must be 0 or more and finite, not -1.0\n"


def test_an_insecure_redirect_uri_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--redirect-uri", "http://localhost:8888/"]) == 1

    printed = capsys.readouterr().err
    assert printed.startswith("cannot serve the sandbox: the redirect URI 'http://localhost:8888/' is not secure")
    assert printed.count("\n") == 1
