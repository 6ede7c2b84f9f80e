import asyncio

import pytest

from spotify.errors import NotFoundError
from spotify.impl.execution.shared_reads import SharedReads
from spotify.interfaces.transport import HttpResponse


class Server:
    """Answers reads one by one, when it is told to."""

    def __init__(self):
        self.reads = SharedReads()
        self.sent = 0
        self.answers = asyncio.Event()
        self.error = None

    async def read(self, url="/x", token="t"):
        async with self.reads.read((url, token)) as flight:
            if flight.response is None:
                self.sent += 1
                number = self.sent
                await self.answers.wait()
                if self.error is not None:
                    raise self.error
                flight.response = HttpResponse(status=200, body=str(number).encode())
        return flight.response.body

    async def write(self):
        async with self.reads.write():
            await asyncio.sleep(0)


async def settle():
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def server():
    return Server()


async def test_identical_reads_side_by_side_are_one_request(server):
    reading = [asyncio.create_task(server.read()) for _ in range(50)]
    await settle()
    server.answers.set()
    assert set(await asyncio.gather(*reading)) == {b"1"}
    assert server.sent == 1


async def test_other_reads_are_requests_of_their_own(server):
    server.answers.set()
    await asyncio.gather(server.read("/x"), server.read("/y"))
    assert server.sent == 2


async def test_another_users_read_is_a_request_of_its_own(server):
    server.answers.set()
    await asyncio.gather(server.read(token="ana"), server.read(token="bob"))
    assert server.sent == 2


async def test_nothing_is_kept_for_later(server):
    server.answers.set()
    assert [await server.read(), await server.read()] == [b"1", b"2"]


async def test_an_error_is_everybodys(server):
    server.error = NotFoundError("gone", status_code=404)
    reading = [asyncio.create_task(server.read()) for _ in range(3)]
    await settle()
    server.answers.set()
    results = await asyncio.gather(*reading, return_exceptions=True)
    assert [type(result) for result in results] == [NotFoundError] * 3
    assert server.sent == 1


async def test_when_the_leader_is_cancelled_one_follower_leads(server):
    leader, *followers = [asyncio.create_task(server.read()) for _ in range(5)]
    await settle()
    leader.cancel()
    await settle()
    server.answers.set()
    assert await asyncio.gather(*followers) == [b"2"] * 4
    assert server.sent == 2


async def test_a_cancelled_follower_disturbs_nobody(server):
    first, second, third = [asyncio.create_task(server.read()) for _ in range(3)]
    await settle()
    second.cancel()
    server.answers.set()
    assert await asyncio.gather(first, third) == [b"1", b"1"]


async def test_a_read_after_a_write_is_not_given_an_answer_from_before(server):
    before = asyncio.create_task(server.read())
    await settle()
    await server.write()
    after = asyncio.create_task(server.read())
    await settle()
    server.answers.set()
    assert [await before, await after] == [b"1", b"2"]


async def test_the_flight_of_after_a_write_is_not_taken_off_by_the_one_of_before(server):
    before = asyncio.create_task(server.read())
    await settle()
    await server.write()
    after = asyncio.create_task(server.read())
    await settle()
    before.cancel()
    await settle()
    joining = asyncio.create_task(server.read())
    await settle()
    server.answers.set()
    assert await asyncio.gather(after, joining) == [b"2", b"2"]
