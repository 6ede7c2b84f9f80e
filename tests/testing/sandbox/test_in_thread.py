"""`SpotifySandbox.in_thread`, and clients of a sandbox whose event loop does not run."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from spotify.errors import TransportError
from spotify.testing import Fault, SandboxStoppedError, SpotifySandbox


def profile_of(sandbox: SpotifySandbox, token: str) -> str:
    request = urllib.request.Request(f"{sandbox.api_url}/me", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return str(json.load(response)["id"])


def test_a_synchronous_program_uses_a_sandbox_in_a_thread() -> None:
    with SpotifySandbox.in_thread(catalogue="empty") as sandbox:
        ana = sandbox.add_user("Ana", id="ana")
        assert profile_of(sandbox, sandbox.issue_token(user=ana.id)) == "ana"
        assert [each.operation_id for each in sandbox.requests] == ["get-current-users-profile"]
        address = sandbox.url

    assert not [thread for thread in threading.enumerate() if thread.name == "spotify-sandbox"]
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=30)


def test_clients_of_several_event_loops_use_a_sandbox_in_a_thread() -> None:
    async def read(sandbox: SpotifySandbox) -> str:
        async with sandbox.client() as client:
            return (await client.users.get_current_profile()).id

    with SpotifySandbox.in_thread() as sandbox:
        assert [asyncio.run(read(sandbox)) for _ in range(2)] == [sandbox.catalogue.default_user.id] * 2


def test_threads_add_content_reset_and_send_requests_at_the_same_time() -> None:
    with SpotifySandbox.in_thread(catalogue="empty") as sandbox, ThreadPoolExecutor(4) as pool:
        token = sandbox.issue_token(user=sandbox.catalogue.default_user.id)

        def work(number: int) -> str:
            sandbox.add_album(f"Album {number}", artist="Blue Hour", tracks=["A", "B"])
            sandbox.fail("*", Fault.status(503), times=1, after=10_000)
            if number % 5 == 0:
                sandbox.reset()
            return profile_of(sandbox, token)

        assert set(pool.map(work, range(40))) == {sandbox.catalogue.default_user.id}
        sandbox.reset()
        assert not sandbox.catalogue.albums


def test_reset_from_another_thread_cancels_delayed_executions() -> None:
    with SpotifySandbox.in_thread() as sandbox:
        sandbox.fail("get-current-users-profile", Fault.delay(before=3600.0))
        token = sandbox.issue_token(user=sandbox.catalogue.default_user.id)
        with ThreadPoolExecutor(1) as pool:
            arrived = pool.submit(profile_of, sandbox, token)
            while not sandbox._sleep._sleeping:
                threading.Event().wait(0.005)
            sandbox.reset()
            with pytest.raises(OSError):  # noqa: PT011  the connection ends in one of several ways
                arrived.result()
        assert profile_of(sandbox, token) == sandbox.catalogue.default_user.id


def test_an_error_in_the_arguments_is_raised_before_a_thread_starts() -> None:
    with pytest.raises(ValueError, match="catalogue must be"), SpotifySandbox.in_thread(catalogue="full"):  # type: ignore[arg-type]
        pass
    with pytest.raises(TypeError, match="rates"), SpotifySandbox.in_thread(rates=3):  # type: ignore[call-arg]
        pass


@pytest.mark.parametrize("auth", ["token", "client credentials"])
def test_a_client_is_told_that_the_event_loop_of_its_sandbox_does_not_run(auth: str) -> None:
    sandbox = SpotifySandbox()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(sandbox.start())
    credentials = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret} if auth != "token" else {}

    async def read() -> None:
        async with sandbox.client(**credentials) as client:
            await client.albums.get(sandbox.catalogue.albums[0].id)

    try:
        with pytest.raises(SandboxStoppedError, match=r"does not run now.*in_thread"):
            asyncio.run(read())
        loop.run_until_complete(read())
    finally:
        loop.run_until_complete(sandbox.stop())
        loop.close()


async def test_a_client_is_told_that_the_event_loop_of_its_sandbox_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = asyncio.new_event_loop()
    closed.close()
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        monkeypatch.setattr(sandbox._listener, "_loop", closed)
        with pytest.raises(SandboxStoppedError, match="is closed"):
            await client.albums.get(sandbox.catalogue.albums[0].id)


async def test_a_client_of_a_stopped_sandbox_gets_a_transport_error() -> None:
    async with SpotifySandbox() as sandbox, sandbox.client(max_retries=0) as client:
        await sandbox.stop()
        with pytest.raises(TransportError, match="Could not connect"):
            await client.albums.get(sandbox.catalogue.albums[0].id)
