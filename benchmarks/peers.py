"""The same reads with other clients: spotipy, tekore, spotify-sdk and spotifyaio."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from importlib.metadata import version
from time import process_time
from typing import Any, Final, TypeAlias

import aiohttp
from yarl import URL

from benchmarks.calls import TOKEN, ids
from benchmarks.concurrent_reads import seconds_of
from benchmarks.constant_server import constant_server
from benchmarks.measuring import THOROUGH, Effort, Timings
from benchmarks.payloads import full_album
from benchmarks.table import Row, milliseconds
from spotify import AsyncSpotifyClient, ClientConfig

Read: TypeAlias = Callable[[str], Awaitable[object]]

_OURS: Final = "this client"


def peers(effort: Effort) -> Iterator[Row]:
    """Compare reads of distinct albums with markets by each client, as the results that it returns by default.

    One after the other in CPU time; then 50 at a time in wall time, with the clients that are asynchronous.
    """
    one_by_one, concurrent = asyncio.run(_time_peers(effort))
    for what, timings in (("one by one, CPU per GET", one_by_one), ("50 at a time, wall time per GET", concurrent)):
        for name in timings.names:
            if name != _OURS:
                yield Row(
                    what=f"GETs of an album with markets, {what}: {name}",
                    measured=milliseconds(timings.seconds(name)),
                    limit=f"{_OURS}, {milliseconds(timings.seconds(_OURS))}",
                    ratio=timings.ratio(name, _OURS),
                )


async def _time_peers(effort: Effort) -> tuple[Timings, Timings]:
    rounds, calls, many = (5, 20, 200) if effort is THOROUGH else (1, 1, 2)
    async with constant_server(full_album()) as url, AsyncExitStack() as stack:
        reads: dict[str, Read] = {_OURS: await stack.enter_async_context(_ours(url))}
        blocking: dict[str, Callable[[str], object]] = {}
        for package, connect in _ASYNCHRONOUS.items():
            if _is_installed(package):
                reads[_named(package)] = await stack.enter_async_context(connect(url))
        for package, create in _BLOCKING.items():
            if _is_installed(package):
                blocking[_named(package)] = create(url)
        one_by_one: dict[str, list[float]] = {name: [] for name in (*reads, *blocking)}
        concurrent: dict[str, list[float]] = {name: [] for name in reads}
        for number in range(rounds + 1):  # the first round connects
            for name, read in reads.items():
                one_by_one[name].append(await _cpu(read, calls))
                concurrent[name].append(await seconds_of(read, many) / many)
            for name, call in blocking.items():
                one_by_one[name].append(_cpu_of_blocking(call, calls))
            if not number:
                for taken in (*one_by_one.values(), *concurrent.values()):
                    taken.clear()
    return Timings(one_by_one), Timings(concurrent)


async def _cpu(read: Read, calls: int) -> float:
    numbered = ids()
    started = process_time()
    for _ in range(calls):
        await read(next(numbered))
    return (process_time() - started) / calls


def _cpu_of_blocking(call: Callable[[str], object], calls: int) -> float:
    numbered = ids()
    started = process_time()
    for _ in range(calls):
        call(next(numbered))
    return (process_time() - started) / calls


@asynccontextmanager
async def _ours(url: str) -> AsyncIterator[Read]:
    async with AsyncSpotifyClient(TOKEN, config=ClientConfig(api_url=f"{url}/v1", accounts_url=url)) as client:
        yield client.albums.get


@asynccontextmanager
async def _tekore(url: str) -> AsyncIterator[Read]:
    tekore = import_module("tekore")
    import_module("tekore._client.base").prefix = f"{url}/v1/"
    client = tekore.Spotify(TOKEN, sender=tekore.AsyncSender())
    yield client.album
    await client.close()


@asynccontextmanager
async def _spotify_sdk(url: str) -> AsyncIterator[Read]:
    sdk = import_module("spotify_sdk")
    import_module("spotify_sdk._async._base_client").AsyncBaseClient.BASE_URL = f"{url}/v1"
    async with sdk.AsyncSpotifyClient(TOKEN) as client:
        yield client.albums.get


class _LocalSession:
    """Sends requests to the local server: spotifyaio requires https, port 443 and the host of Spotify."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def request(self, method: str, url: URL, **options: Any) -> aiohttp.ClientResponse:
        """Send a request."""
        return await self._session.request(method, f"{self._url}{url.path_qs}", **options)


@asynccontextmanager
async def _spotifyaio(url: str) -> AsyncIterator[Read]:
    async with aiohttp.ClientSession() as session:
        client = import_module("spotifyaio").SpotifyClient(session=_LocalSession(session, url))
        client.authenticate(TOKEN)
        yield client.get_album


def _spotipy(url: str) -> Callable[[str], object]:
    client = import_module("spotipy").Spotify(auth=TOKEN)
    client.prefix = f"{url}/v1/"
    read: Callable[[str], object] = client.album
    return read


_ASYNCHRONOUS: Final[Mapping[str, Callable[[str], Any]]] = {
    "tekore": _tekore,
    "spotify-sdk": _spotify_sdk,
    "spotifyaio": _spotifyaio,
}
_BLOCKING: Final[Mapping[str, Callable[[str], Callable[[str], object]]]] = {"spotipy": _spotipy}


def _is_installed(package: str) -> bool:
    try:
        import_module(package.replace("-", "_"))
    except ModuleNotFoundError:
        print(f"peers: {package} skipped: it is not installed (pip install {package})", file=sys.stderr)
        return False
    return True


def _named(package: str) -> str:
    return f"{package} {version(package)}"
