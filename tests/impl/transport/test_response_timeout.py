"""Timeouts of requests, over a socket, in a process that is stopped, or whose event loop is blocked."""

import asyncio
import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from spotify.config import ClientConfig
from spotify.errors import TransportTimeoutError
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.impl.transport.response_reading import ResponseTimeout
from spotify.interfaces.transport import HttpRequest

RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Pause:
    """Stops the event loop until a condition holds, and lets its clock jump, as SIGSTOP and SIGCONT do."""

    def __init__(self):
        self._loop = asyncio.get_running_loop()
        self._time = self._loop.time
        self._jump = 0.0
        self._loop.time = lambda: self._time() + self._jump

    def until(self, wait, *, seconds):
        wait()
        self._jump += seconds


@contextmanager
def threaded_server(*responses):
    """Serve one connection in a thread; yields its origin, and the events of a request and of its response."""
    requested, released, responded = threading.Event(), threading.Event(), threading.Event()

    def serve():
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            requested.set()
            for part in responses:
                released.wait()
                connection.sendall(part)
            responded.set()
            connection.recv(65536)  # the client closes the connection

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", requested, released, responded
        released.set()
        thread.join(10)


@pytest.mark.parametrize("seconds", [0.5, 600.0])
async def test_a_response_that_arrived_while_the_process_was_stopped_is_read(seconds):
    pause = Pause()
    with threaded_server(RESPONSE) as (origin, requested, released, responded):
        transport = AiohttpTransport(ClientConfig(api_url=origin, accounts_url=origin))
        sending = asyncio.create_task(transport.send(HttpRequest(method="GET", url=f"{origin}/", timeout=30.0)))
        await asyncio.to_thread(requested.wait)
        released.set()
        pause.until(responded.wait, seconds=29.75 + seconds)
        assert (await sending).body == b"hello"
        await transport.close()


async def test_a_response_in_many_parts_is_read_after_a_pause():
    pause = Pause()
    body = b"x" * 4_000_000
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    with threaded_server(head + body) as (origin, requested, released, _):
        transport = AiohttpTransport(ClientConfig(api_url=origin, accounts_url=origin))
        sending = asyncio.create_task(transport.send(HttpRequest(method="GET", url=f"{origin}/", timeout=30.0)))
        await asyncio.to_thread(requested.wait)
        pause.until(released.set, seconds=600.0)
        assert (await sending).body == body
        await transport.close()


async def test_a_request_without_a_response_ends_after_a_pause():
    pause = Pause()
    with threaded_server() as (origin, requested, _, _):
        transport = AiohttpTransport(ClientConfig(api_url=origin, accounts_url=origin))
        sending = asyncio.create_task(transport.send(HttpRequest(method="GET", url=f"{origin}/", timeout=0.2)))
        await asyncio.to_thread(requested.wait)
        pause.until(lambda: None, seconds=0.5)
        with pytest.raises(TransportTimeoutError):
            await sending
        await transport.close()


async def test_a_cancelled_task_is_not_reported_as_a_timeout():
    entered = asyncio.Event()

    async def wait():
        with ResponseTimeout(30.0):
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_timeout_leaves_no_pending_cancellation():
    with pytest.raises(TimeoutError), ResponseTimeout(0.0):
        await asyncio.Event().wait()
    assert asyncio.current_task().cancelling() == 0
    await asyncio.sleep(0)


async def test_an_error_at_the_end_of_the_time_is_raised_unchanged():
    async def fail_when_cancelled():
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        raise LookupError

    with pytest.raises(LookupError), ResponseTimeout(0.0):
        await fail_when_cancelled()
    assert asyncio.current_task().cancelling() == 0


def test_outside_a_task_it_raises():
    async def enter_in_callback():
        outcome = asyncio.get_running_loop().create_future()

        def callback():
            try:
                ResponseTimeout(1.0).__enter__()
            except RuntimeError as error:
                outcome.set_result(str(error))

        asyncio.get_running_loop().call_soon(callback)
        return await outcome

    assert "task" in asyncio.run(enter_in_callback())
