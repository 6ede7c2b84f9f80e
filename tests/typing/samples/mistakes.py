"""What type checkers must refuse: each line with the mark at its end, and no other. Nothing here is run.

Where the mark names one of the checkers, the other one is known not to see the mistake.
"""

# pyright: strict

from collections.abc import Sequence
from typing import Any

from spotify import AsyncSpotifyClient, ClientConfig, CursorPosition, build_container
from spotify.interfaces import Attempt, GiveUp, HttpRequest, HttpResponse
from spotify.models import ABSENT, Album, PartialPlaylist, PlaylistItem, Track


def use(value: object) -> None: ...


class NoTransport:
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        raise NotImplementedError  # and no `close`


class BlockingTransport:
    def send(self, request: HttpRequest, /) -> HttpResponse:
        raise NotImplementedError

    async def close(self) -> None: ...


class BytesTransport:
    async def send(self, request: HttpRequest, /) -> bytes:
        raise NotImplementedError

    async def close(self) -> None: ...


class AnonymousAuth:
    async def get_access_token(self) -> str | None:
        return None


class BlockingAuth:
    def get_access_token(self) -> str:
        return "token"


class MisspeltAuth:
    async def get_acces_token(self) -> str:
        return "token"


class BooleanPolicy:
    def decide(self, attempt: Attempt, /) -> bool:
        return False


class AsyncPolicy:
    async def decide(self, attempt: Attempt, /) -> GiveUp:
        return GiveUp("enough")


class TextSerializer:
    def decode(self, data: str, into: type[Any], /) -> Any: ...

    def encode(self, value: object, /) -> bytes:
        return b""


class OneWaySerializer:
    def encode(self, value: object, /) -> bytes:
        return b""


class EndlessLimiter:
    async def pause(self, seconds: float, /) -> None: ...


class BlockingClock:
    def time(self) -> float:
        return 0.0

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float, /) -> None: ...


def components() -> None:
    AsyncSpotifyClient("token", transport=NoTransport())  # wrong
    AsyncSpotifyClient("token", transport=BlockingTransport())  # wrong
    AsyncSpotifyClient("token", transport=BytesTransport())  # wrong
    AsyncSpotifyClient(auth_provider=AnonymousAuth())  # wrong
    AsyncSpotifyClient(auth_provider=BlockingAuth())  # wrong
    AsyncSpotifyClient(auth_provider=MisspeltAuth())  # wrong
    AsyncSpotifyClient("token", retry_policy=BooleanPolicy())  # wrong
    AsyncSpotifyClient("token", retry_policy=AsyncPolicy())  # wrong
    AsyncSpotifyClient("token", serializer=TextSerializer())  # wrong
    AsyncSpotifyClient("token", serializer=OneWaySerializer())  # wrong
    AsyncSpotifyClient("token", serializer="dataclasses-json")  # wrong
    AsyncSpotifyClient("token", rate_limiter=EndlessLimiter())  # wrong
    AsyncSpotifyClient("token", clock=BlockingClock())  # wrong
    build_container("token", transport=NoTransport())  # wrong
    build_container(auth_provider=BlockingAuth())  # wrong
    build_container("token", retry_policy=BooleanPolicy())  # wrong
    build_container("token", serializer=OneWaySerializer())  # wrong
    build_container("token", rate_limiter=EndlessLimiter())  # wrong
    build_container("token", clock=BlockingClock())  # wrong


def classes_in_the_place_of_instances() -> None:
    AsyncSpotifyClient("token", transport=NoTransport)  # wrong
    AsyncSpotifyClient(auth_provider=MisspeltAuth)  # wrong


def arguments_of_the_client() -> None:
    AsyncSpotifyClient(5)  # wrong
    AsyncSpotifyClient("token", time_out=5.0)  # wrong
    AsyncSpotifyClient("token", timeout="5")  # wrong
    AsyncSpotifyClient("token", max_retries=1.5)  # wrong
    AsyncSpotifyClient("token", {"market": "DE"})  # wrong
    AsyncSpotifyClient.from_client_credentials("id", "secret")  # wrong
    ClientConfig(serializer="orjson")  # wrong
    ClientConfig(max_concurency=5)  # wrong
    ClientConfig("https://api.spotify.com/v1")  # wrong
    ClientConfig().timeout = 5.0  # wrong


async def ids(client: AsyncSpotifyClient, optional: str | None, numbers: Sequence[int]) -> None:
    await client.albums.get(5)  # wrong
    await client.albums.get(None)  # wrong
    await client.albums.get(optional)  # wrong
    await client.albums.get(b"4aawyAB9vmqN3uQ7FjRGTy")  # wrong
    await client.albums.get(["a", "b"])  # wrong
    await client.albums.get()  # wrong
    await client.albums.get_several([5])  # wrong
    await client.albums.get_several(numbers)  # wrong
    await client.albums.get_several([optional])  # wrong
    await client.albums.save(5)  # wrong
    client.albums.get_tracks(5)  # wrong
    await client.playlists.add_items("id", [5])  # wrong


async def words(client: AsyncSpotifyClient, word: str) -> None:
    await client.search.search("blue", ["tracks"])  # wrong
    await client.search.search("blue", "tracks")  # wrong
    await client.search.search("blue", ["track", "song"])  # wrong
    await client.search.search("blue", word)  # wrong
    await client.search.search("blue")  # wrong
    client.users.get_top_tracks("last_week")  # wrong
    client.users.get_top_artists(time_range=word)  # wrong
    await client.users.follow_artists_or_users("playlist", ["id"])  # wrong
    client.artists.get_albums("id", include_groups=["live"])  # wrong
    client.artists.get_albums("id", include_groups="album")  # wrong
    await client.playlists.get("id", additional_types=["chapter"])  # wrong


async def arguments_of_methods(client: AsyncSpotifyClient) -> None:
    await client.albums.get("id", markt="DE")  # wrong
    await client.albums.get("id", market=49)  # wrong
    client.albums.get_tracks("id", limit="50")  # wrong
    client.albums.get_tracks("id", limit=2.5)  # wrong
    await client.playlists.create("Blue", public="yes")  # wrong
    await client.tracks.get_recommendations(seed_genre=["jazz"])  # wrong
    await client.tracks.get_recommendations(seed_genres=["jazz"], max_tempos=120.0)  # wrong
    await client.tracks.get_recommendations(seed_genres=["jazz"], max_tempo="fast")  # wrong
    await client.playlists.upload_cover_image("id", 5)  # wrong


async def results(client: AsyncSpotifyClient) -> None:
    use((await client.albums.get("id")).artist)  # wrong
    use((await client.albums.get_several(["id"]))[0].name)  # wrong
    use(client.albums.get("id").name)  # wrong
    use(client.albums.get_tracks("id").total)  # wrong
    use(len(client.albums.get_tracks("id")))  # wrong
    for _ in client.albums.get_tracks("id"):  # wrong
        pass
    async for album in client.albums.get_saved():
        use(album.name)  # wrong
    async for entry in client.playlists.get_items("id"):
        use(entry.track)  # wrong
        use(entry.item.name)  # wrong
    use((await client.search.search("blue", "track")).tracks.items)  # wrong
    use(client.album)  # wrong


async def filtered(client: AsyncSpotifyClient, playlist: PartialPlaylist) -> None:
    use((await client.playlists.get("id", fields="name")).name.upper())  # wrong
    use(playlist.items.total)  # wrong
    use(playlist.tracks)  # wrong
    await client.playlists.get("id", fields=["name"])  # wrong
    await client.playlists.get("id", None, 5)  # wrong
    await client.playlists.change_details("id", name=playlist.name)  # wrong
    if playlist.name is not None:  # wrong to pyright
        use(playlist.name.upper())  # wrong
    if playlist.description is not ABSENT:
        use(playlist.description.upper())  # wrong
    playlist.name = "Blue"  # wrong
    PartialPlaylist(id=5)  # wrong


def models(album: Album, track: Track, entry: PlaylistItem) -> None:
    album.name = "Blue"  # wrong
    album.nmae = "Blue"  # wrong
    album.popularity += 1  # wrong
    track.album.name = "Blue"  # wrong
    entry.item = track  # wrong
    del album.name  # wrong to pyright
    Album("id", "uri")  # wrong
    Album(type="album", id="id")  # wrong to mypy
    Album(type="album", id=5, uri="uri")  # wrong
    Track.from_json(5)  # wrong
    use(album.to_dict().name)  # wrong


async def lists(client: AsyncSpotifyClient, position: CursorPosition) -> None:
    client.tracks.get_saved().skip_nulls()  # wrong
    client.tracks.get_saved().starting_at(position)  # wrong
    client.tracks.get_saved().starting_at(50)  # wrong
    client.tracks.get_saved().starting_with(await client.albums.get_saved())  # wrong
    client.tracks.get_saved().with_progress(lambda done: None)  # wrong
    await client.tracks.get_saved().collect(max_items="50")  # wrong
    await client.users.get_followed_artists().collect(concurrency=5)  # wrong
    client.search.results("blue", "movie")  # wrong
    for _ in client.tracks.get_saved():  # wrong
        use(None)
