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
    assert capsys.readouterr().err == "cannot serve the sandbox: latency must be 0 or more seconds, not -1.0\n"


def test_an_insecure_redirect_uri_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--redirect-uri", "http://localhost:8888/"]) == 1

    printed = capsys.readouterr().err
    assert printed.startswith("cannot serve the sandbox: the redirect URI 'http://localhost:8888/' is not secure")
    assert printed.count("\n") == 1
