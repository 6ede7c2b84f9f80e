"""Lines that type checkers must reject: those that end in `# error`, and no others. Nothing here is run.

`# error in` names the only checker that reports the line.
"""

# pyright: strict

from collections.abc import Sequence
from typing import Any

from spotify import AsyncSpotifyClient, ClientConfig, CursorPosition, build_container
from spotify.interfaces import Attempt, GiveUp, HttpRequest, HttpResponse, Operation, PauseReason
from spotify.models import ABSENT, Album, Image, PartialPlaylist, PlaylistItem, Track


def use(value: object) -> None: ...


def exchanges(request: HttpRequest, response: HttpResponse) -> None:
    request.url = "https://api.spotify.com"  # error
    response.status = 200  # error


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
    async def pause(self, seconds: float, /, *, operation: Operation | None, reason: PauseReason) -> None: ...


class BlockingClock:
    def time(self) -> float:
        return 0.0

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float, /) -> None: ...


def components() -> None:
    AsyncSpotifyClient("token", transport=NoTransport())  # error
    AsyncSpotifyClient("token", transport=BlockingTransport())  # error
    AsyncSpotifyClient("token", transport=BytesTransport())  # error
    AsyncSpotifyClient(auth_provider=AnonymousAuth())  # error
    AsyncSpotifyClient(auth_provider=BlockingAuth())  # error
    AsyncSpotifyClient(auth_provider=MisspeltAuth())  # error
    AsyncSpotifyClient("token", retry_policy=BooleanPolicy())  # error
    AsyncSpotifyClient("token", retry_policy=AsyncPolicy())  # error
    AsyncSpotifyClient("token", serializer=TextSerializer())  # error
    AsyncSpotifyClient("token", serializer=OneWaySerializer())  # error
    AsyncSpotifyClient("token", serializer="dataclasses-json")  # error
    AsyncSpotifyClient("token", rate_limiter=EndlessLimiter())  # error
    AsyncSpotifyClient("token", clock=BlockingClock())  # error
    build_container("token", transport=NoTransport())  # error
    build_container(auth_provider=BlockingAuth())  # error
    build_container("token", retry_policy=BooleanPolicy())  # error
    build_container("token", serializer=OneWaySerializer())  # error
    build_container("token", rate_limiter=EndlessLimiter())  # error
    build_container("token", clock=BlockingClock())  # error


def classes_instead_of_instances() -> None:
    AsyncSpotifyClient("token", transport=NoTransport)  # error
    AsyncSpotifyClient(auth_provider=MisspeltAuth)  # error


def arguments_of_the_client() -> None:
    AsyncSpotifyClient(5)  # error
    AsyncSpotifyClient("token", time_out=5.0)  # error
    AsyncSpotifyClient("token", timeout="5")  # error
    AsyncSpotifyClient("token", max_retries=1.5)  # error
    AsyncSpotifyClient("token", {"market": "DE"})  # error
    AsyncSpotifyClient.from_client_credentials("id", "secret")  # error
    ClientConfig(serializer="orjson")  # error
    ClientConfig(max_concurency=5)  # error
    ClientConfig("https://api.spotify.com/v1")  # error
    ClientConfig().timeout = 5.0  # error


async def ids(client: AsyncSpotifyClient, optional: str | None, numbers: Sequence[int]) -> None:
    await client.albums.get(5)  # error
    await client.albums.get(None)  # error
    await client.albums.get(optional)  # error
    await client.albums.get(b"4aawyAB9vmqN3uQ7FjRGTy")  # error
    await client.albums.get(["a", "b"])  # error
    await client.albums.get()  # error
    await client.albums.get_several([5])  # error
    await client.albums.get_several(numbers)  # error
    await client.albums.get_several([optional])  # error
    await client.albums.save(5)  # error
    client.albums.get_tracks(5)  # error
    await client.playlists.add_items("id", [5])  # error


async def literals(client: AsyncSpotifyClient, value: str) -> None:
    await client.search.search("blue", ["tracks"])  # error
    await client.search.search("blue", "tracks")  # error
    await client.search.search("blue", ["track", "song"])  # error
    await client.search.search("blue", value)  # error
    await client.search.search("blue")  # error
    client.users.get_top_tracks("last_week")  # error
    client.users.get_top_artists(time_range=value)  # error
    await client.users.follow_artists_or_users("playlist", ["id"])  # error
    client.artists.get_albums("id", include_groups=["live"])  # error
    client.artists.get_albums("id", include_groups="album")  # error
    await client.playlists.get("id", additional_types=["chapter"])  # error


async def arguments_of_methods(client: AsyncSpotifyClient) -> None:
    await client.albums.get("id", markt="DE")  # error
    await client.albums.get("id", market=49)  # error
    client.albums.get_tracks("id", limit="50")  # error
    client.albums.get_tracks("id", limit=2.5)  # error
    await client.playlists.create("Blue", public="yes")  # error
    await client.tracks.get_recommendations(seed_genre=["jazz"])  # error
    await client.tracks.get_recommendations(seed_genres=["jazz"], max_tempos=120.0)  # error
    await client.tracks.get_recommendations(seed_genres=["jazz"], max_tempo="fast")  # error
    await client.playlists.upload_cover_image("id", 5)  # error


async def results(client: AsyncSpotifyClient) -> None:
    use((await client.albums.get("id")).artist)  # error
    use((await client.albums.get_several(["id"]))[0].name)  # error
    use(client.albums.get("id").name)  # error
    use(client.albums.get_tracks("id").total)  # error
    use(len(client.albums.get_tracks("id")))  # error
    for _ in client.albums.get_tracks("id"):  # error
        pass
    async for album in client.albums.get_saved():
        use(album.name)  # error
    async for entry in client.playlists.get_items("id"):
        use(entry.track)  # error
        use(entry.item.name)  # error
    use((await client.search.search("blue", "track")).tracks.items)  # error
    use(client.album)  # error


async def filtered(client: AsyncSpotifyClient, playlist: PartialPlaylist) -> None:
    use((await client.playlists.get("id", fields="name")).name.upper())  # error
    use(playlist.items.total)  # error
    use(playlist.tracks)  # error
    await client.playlists.get("id", fields=["name"])  # error
    await client.playlists.get("id", None, 5)  # error
    await client.playlists.change_details("id", name=playlist.name)  # error
    if playlist.name is not None:  # error in pyright
        use(playlist.name.upper())  # error
    if playlist.description is not ABSENT:
        use(playlist.description.upper())  # error
    playlist.name = "Blue"  # error
    PartialPlaylist(id=5)  # error


def models(album: Album, track: Track, entry: PlaylistItem) -> None:
    album.name = "Blue"  # error
    album.nmae = "Blue"  # error
    album.popularity += 1  # error
    track.album.name = "Blue"  # error
    entry.item = track  # error
    del album.name  # error in pyright
    Album("id", "uri")  # error
    Image(height="640")  # error
    Album(type="album", id=5, uri="uri")  # error
    Track.from_json(5)  # error
    use(album.to_dict().name)  # error


async def lists(client: AsyncSpotifyClient, position: CursorPosition) -> None:
    client.tracks.get_saved().skip_nulls()  # error
    client.tracks.get_saved().starting_at(position)  # error
    client.tracks.get_saved().starting_at(50)  # error
    client.tracks.get_saved().starting_with(await client.albums.get_saved())  # error
    client.tracks.get_saved().with_progress(lambda done: None)  # error
    await client.tracks.get_saved().collect(max_items="50")  # error
    await client.users.get_followed_artists().collect(concurrency=5)  # error
    client.search.results("blue", "movie")  # error
    for _ in client.tracks.get_saved():  # error
        use(None)
