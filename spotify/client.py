"""The client: thirteen services over one graph of components."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from copy import copy
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, Unpack, cast

from spotify._checks import check_methods, shown
from spotify.bulk.writes import resume_write
from spotify.config import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, CallOptions, ClientConfig
from spotify.credentials import EnvironmentCredentials, Secret
from spotify.errors import PartialWriteError
from spotify.interfaces.auth import AuthProvider
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Argument, RequestExecutor, SupportsForUser, SupportsOptions
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.transport import Transport
from spotify.models import JsonValue
from spotify.quota import Quota
from spotify.responses import RECORDING, Received, Response
from spotify.services import (
    AlbumsService,
    ArtistsService,
    AudiobooksService,
    BrowseService,
    ChaptersService,
    EpisodesService,
    LibraryService,
    PlayerService,
    PlaylistsService,
    SearchService,
    ShowsService,
    TracksService,
    UsersService,
)
from spotify.services._base import Service, with_executor
from spotify.services._call_by_id import plain_call

if TYPE_CHECKING:
    from spotify.container import SpotifyContainer

T = TypeVar("T")


class AsyncSpotifyClient:
    """The Spotify Web API, one service for each area of it.

    ::

        async with AsyncSpotifyClient(client_id="…", client_secret="…") as client:
            album = await client.albums.get("spotify:album:4aawyAB9vmqN3uQ7FjRGTy")

    Making a client opens nothing and needs no running event loop; connections are opened by the first call. Close it
    with `async with` or `await client.close()`.

    Attributes:
        albums: Albums, their tracks, the user's saved albums, new releases.
        artists: Artists, their albums and top tracks.
        audiobooks: Audiobooks, their chapters, the user's saved ones.
        browse: Categories, featured playlists, genres and markets.
        chapters: Chapters of audiobooks.
        episodes: Episodes of shows, the user's saved ones.
        library: Everything the user saved or follows, by URI, whatever its kind.
        player: What plays on which device, the queue, and what was played.
        playlists: Playlists and their items.
        quota: What the client knows of the application's quota mode.
        search: The catalogue by words.
        shows: Shows (podcasts), their episodes, the user's saved ones.
        tracks: Tracks, the user's saved ones, audio features, recommendations.
        users: The user's profile, top lists and follows; other users' profiles.
    """

    albums: AlbumsService
    artists: ArtistsService
    audiobooks: AudiobooksService
    browse: BrowseService
    chapters: ChaptersService
    episodes: EpisodesService
    library: LibraryService
    player: PlayerService
    playlists: PlaylistsService
    quota: Quota
    search: SearchService
    shows: ShowsService
    tracks: TracksService
    users: UsersService

    def __init__(
        self,
        access_token: str | None = None,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        auth_provider: AuthProvider | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        config: ClientConfig | None = None,
        transport: Transport | None = None,
        retry_policy: RetryPolicy | None = None,
        serializer: Serializer | None = None,
        rate_limiter: RateLimiter | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Assemble a client. Exactly one way to authenticate is wanted.

        Args:
            access_token: A token that you got elsewhere. It is not renewed.
            client_id: The application's id, together with `client_secret`: the client credentials flow, for everything
                that belongs to no user.
            client_secret: The application's secret.
            auth_provider: Any object with `async get_access_token() -> str`. If it has a `close`, `close` calls it.
            timeout: Seconds for one attempt, all of it. One that differs from the default wins over `config`.
            max_retries: Attempts after the first, 0 for none. One that differs from the default wins over `config`.
            config: All other settings.
            transport: Carries requests in place of aiohttp. It stays yours: `close` leaves it open.
            retry_policy: Decides what is sent again.
            serializer: Turns JSON into models; `config.strict_decoding` is for the built-in ones.
            rate_limiter: Decides who may send now.
            clock: Tells time and sleeps.

        Raises:
            ValueError: There is not exactly one way to authenticate, or a setting is out of bounds.
            TypeError: A class was passed where an instance belongs.
        """
        # The container names all implementations. So aiohttp, msgspec and the injector are loaded by the first client,
        # and not by `import spotify`, for which a model, an error or an annotation can be reason enough.
        from spotify.container import build_container  # noqa: PLC0415

        try:
            container = build_container(
                access_token,
                client_id=client_id,
                client_secret=client_secret,
                auth_provider=auth_provider,
                timeout=timeout,
                max_retries=max_retries,
                config=config,
                transport=transport,
                retry_policy=retry_policy,
                serializer=serializer,
                rate_limiter=rate_limiter,
                clock=clock,
            )
        except (TypeError, ValueError):
            del access_token, client_secret  # a traceback that shows locals must not show these
            raise
        self._use(container)

    @classmethod
    def from_container(cls, container: SpotifyContainer) -> Self:
        """Create a client of the parts of a container. `container.client()` calls this once.

        Args:
            container: A container whose `auth_provider` is set.

        Raises:
            dependency_injector.errors.Error: The container has no `auth_provider`.
        """
        client = cls.__new__(cls)
        cls._use(client, container)
        return client

    @classmethod
    def from_client_credentials(
        cls,
        *,
        client_id: str | None = None,
        client_secret: str | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        config: ClientConfig | None = None,
    ) -> Self:
        """Assemble a client for the client credentials flow, from the environment where nothing is given.

        Args:
            client_id: The application's id; None for the environment's `SPOTIFY_CLIENT_ID`, or where that is not set,
                spotipy's `SPOTIPY_CLIENT_ID` or spotify-sdk's `SPOTIFY_SDK_CLIENT_ID`.
            client_secret: The application's secret; None for the environment's `SPOTIFY_CLIENT_SECRET`, or the one that
                goes with the id there.
            timeout: Seconds for one attempt, all of it.
            max_retries: Attempts after the first.
            config: All other settings; None for `ClientConfig.from_env()`.

        Raises:
            ValueError: The id or the secret is neither given nor in the environment.
        """
        found = EnvironmentCredentials()
        client_id = found.client_id if client_id is None else client_id
        secret = found.client_secret if client_secret is None else Secret(client_secret)
        del client_secret  # a traceback that shows locals must not show it
        return cls(
            client_id=client_id,
            client_secret=secret.reveal(),
            timeout=timeout,
            max_retries=max_retries,
            config=config or ClientConfig.from_env(),
        )

    async def call(
        self, operation_id: str, /, *, json: object = None, content: bytes | None = None, **arguments: Argument
    ) -> JsonValue:
        """Call any of the API's 97 operations by its id, for what the services do not offer.

        ::

            found = await client.call("get-featured-playlists", locale="sv_SE", limit=5)
            await client.call("add-to-queue", uri="spotify:track:…")

        It goes the way that all calls go: authorization, rate limit, retries, quota mode and errors are the same.

        Args:
            operation_id: The id in Spotify's API description, such as `get-an-album`.
            json: The body of an operation that takes JSON: dictionaries, lists, texts, numbers; None for none.
            content: The body of one that takes something else (base64 of a JPEG), or JSON that is written already.
            **arguments: Path and query parameters by the names that the description gives them: ids as plain ids,
                several of them as one text with commas; None leaves a query parameter out.

        Returns:
            The answer as plain JSON data, None if it was empty.

        Raises:
            ValueError: There is no such operation, or an argument is out of bounds.
            TypeError: An argument is unknown, missing or of the wrong type, or the operation takes no such body.
            EndpointUnavailableError: The application is in development mode, which lacks the operation; the error names
                the one that replaces it.
            SpotifyError: The call failed otherwise.
        """
        call = plain_call(operation_id, arguments, json=json, content=content)
        return cast("JsonValue", await self._executor.execute(call))

    def for_user(self, auth_provider: AuthProvider) -> Self:
        """Return a client that acts for another user of the same application, over the same connections.

        ::

            async with AsyncSpotifyClient(client_id="…", client_secret="…") as client:
                user = client.for_user(PkceAuth("…", "https://…/callback", user="ana", store=store))
                profile = await user.users.get_current_profile()

        It shares the connections, the rate limit, the settings and what is known of the quota mode, and nothing that
        belongs to a user: no token, no answer, no read under way. Making one costs next to nothing, so make one for
        each request that you serve. Closing it closes its auth provider and leaves the connections open; they are
        closed with this client, and then it cannot be used any more either.

        Args:
            auth_provider: The user's: any object with `async get_access_token() -> str`.

        Raises:
            TypeError: It has no such method, or the client has an executor of your own that cannot act for many users.
            ClientClosedError: This client is closed.
        """
        check_methods("auth_provider", auth_provider, ("get_access_token",))
        if not isinstance(self._executor, SupportsForUser):
            raise TypeError(f"{type(self._executor).__name__} cannot act for many users: it has no method `for_user`")
        return self._view(self._executor.for_user(auth_provider))

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Return a view of this client whose calls are made with other settings.

        ::

            album = await client.with_options(timeout=2.0, max_retries=0).albums.get(album_id)
            nightly = client.with_options(priority="bulk", deadline=None, max_retry_wait=600.0)

        It shares everything with this client, and costs some microseconds: make one wherever it is wanted. Closing it
        leaves this client open.

        Args:
            **options: The settings of `ClientConfig` of the same names, with its units and bounds: `timeout`,
                `deadline`, `max_retries`, `max_retry_wait`, `priority`, `market`, `locale`. What is left out stays as
                it is. A custom retry policy is told of `max_retries` and `max_retry_wait`; it need not keep to them.

        Raises:
            ValueError: A value is out of bounds.
            TypeError: There is no such option, or a value is of the wrong type; or the client has an executor of your
                own that knows no options: it has no method `with_config`.
            ClientClosedError: This client is closed.
        """
        for name in options:
            if name not in CallOptions.__annotations__:
                raise TypeError(f"there is no option {shown(name)}; there are {', '.join(CallOptions.__annotations__)}")
        if not isinstance(self._executor, SupportsOptions):
            raise TypeError(f"{type(self._executor).__name__} knows no options: it has no method `with_config`")
        config = replace(self._config, **options)
        return self._view(self._executor.with_config(config), config)

    async def with_response(self, call: Awaitable[T]) -> Response[T]:
        """Make a call, and return its result together with what came with it.

        ::

            response = await client.with_response(client.albums.get(album_id))
            response.value.name, response.status, response.headers["etag"], response.attempts, response.waited

        Args:
            call: What a method of this client returned, and nothing has awaited yet: `client.albums.get(…)`, or a list
                for one page of it, or `….collect()` for all of it.

        Returns:
            `value`, which is the result, and of every answer that it was made from the status, the headers, the body's
            bytes, the number of attempts and the seconds waited.

        Raises:
            TypeError: `call` cannot be awaited, or made no request here: it was under way before, as a task is.
            SpotifyError: The call failed.
        """
        if not isinstance(cast("object", call), Awaitable):
            raise TypeError(f"call must be what a method of the client returned, not {type(call).__name__}")
        received: list[Received] = []
        before = RECORDING.set(received)
        try:
            value = await call
        finally:
            RECORDING.reset(before)
        if not received:
            raise TypeError("call made no request here: pass client.albums.get(…) itself, not a task that runs it")
        return Response(value=value, received=tuple(received))

    async def resume(self, error: PartialWriteError) -> str | None:
        """Go on with a write of several requests where it stopped: add to a playlist, save to the library, and so on.

        ::

            try:
                await client.playlists.add_items(playlist_id, uris, verify=True)
            except PartialWriteError as error:
                await client.resume(error)  # at once, later, or in another process: the error can be pickled

        What Spotify confirmed is not sent again. What is `unknown` is, where that is harmless; items that were added
        with `verify` are looked for first. An error is gone on from once: where it stops again, the new error counts.

        Args:
            error: The error that says where it stopped.

        Returns:
            The playlist's new snapshot id; None for a library.

        Raises:
            ValueError: The error does not come from a bulk write, or it was gone on from already.
            PartialWriteError: It stopped again. Or it is the same error: it cannot be told whether what is `unknown`
                was applied, and to send it again could double it. Look at the playlist, and write what is missing.
            SpotifyError: The call failed otherwise; nothing was applied, and the same error can be gone on from again.
        """
        if not isinstance(cast("object", error), PartialWriteError):
            raise TypeError(f"error must be a PartialWriteError, not {type(error).__name__}")
        return await resume_write(self._executor, error)

    async def close(self) -> None:
        """Close the connections. Calls under way, and later ones, raise `ClientClosedError`. Again, it does nothing."""
        await self._executor.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._config.api_url}>"

    def _view(self, executor: RequestExecutor, config: ClientConfig | None = None) -> Self:
        """Return a copy of this client whose calls go through another executor."""
        view = copy(self)  # a subclass keeps its own attributes
        services = {name: with_executor(service, executor) for name, service in self._services.items()}
        AsyncSpotifyClient._assemble(view, config or self._config, executor, services)
        return view

    def _use(self, container: SpotifyContainer) -> None:
        self.quota = container.quota()
        self._assemble(container.config(), container.executor(), container.services())

    def _assemble(self, config: ClientConfig, executor: RequestExecutor, services: Mapping[str, Service]) -> None:
        self._config = config
        self._executor = executor
        self._services = services
        for name, service in services.items():
            setattr(self, name, service)
