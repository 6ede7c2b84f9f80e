"""`AsyncSpotifyClient`: the Spotify Web API, one service per area."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Final, ParamSpec, Self, TypeVar, Unpack, cast

from spotify._checks import (
    check_methods,
    check_names,
    check_number,
    check_type,
    implements,
    names_the_nearest_argument,
)
from spotify._exceptions import ARGUMENTS_HIDDEN, PROGRESS_HIDDEN
from spotify.bulk.costs import CallCounter, count
from spotify.config import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, CallOptions, ClientConfig
from spotify.credentials import EnvironmentCredentials
from spotify.errors import PartialWriteError
from spotify.interfaces.auth import AuthProvider
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Argument, RequestExecutor, SupportsDrain, SupportsForUser, SupportsOptions
from spotify.interfaces.observer import Observer
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.transport import Transport
from spotify.quota import Quota
from spotify.responses import RECORDING, Received, Response
from spotify.usage import Usage

if TYPE_CHECKING:
    from spotify import services
    from spotify.container import SpotifyContainer
    from spotify.models import JsonValue
    from spotify.services._base import Service

T = TypeVar("T")
P = ParamSpec("P")

_SERVICES: Final = frozenset(
    {
        "albums",
        "artists",
        "audiobooks",
        "browse",
        "chapters",
        "episodes",
        "library",
        "player",
        "playlists",
        "search",
        "shows",
        "tracks",
        "users",
    }
)


class AsyncSpotifyClient:
    """The Spotify Web API, one service for each area of it.

    ::

        async with AsyncSpotifyClient(client_id="…", client_secret="…") as client:
            album = await client.albums.get("spotify:album:4aawyAB9vmqN3uQ7FjRGTy")

    Creating a client opens no connection and needs no running event loop; the first call connects. Close a client with
    `async with` or `await client.close()`.
    """

    albums: services.AlbumsService
    """Albums, their tracks, the user's saved albums, new releases."""
    artists: services.ArtistsService
    """Artists, their albums and top tracks."""
    audiobooks: services.AudiobooksService
    """Audiobooks, their chapters, the user's saved ones."""
    browse: services.BrowseService
    """Categories, featured playlists, genres and markets."""
    chapters: services.ChaptersService
    """Chapters of audiobooks."""
    episodes: services.EpisodesService
    """Episodes of shows, the user's saved ones."""
    library: services.LibraryService
    """Everything that the user saved or follows, of any type, by URI."""
    player: services.PlayerService
    """Playback on the user's devices, the queue, and the playback history."""
    playlists: services.PlaylistsService
    """Playlists and their items."""
    quota: Quota
    """The quota mode of the application, as configured and as learned from refusals."""
    search: services.SearchService
    """Search in the catalogue."""
    shows: services.ShowsService
    """Shows (podcasts), their episodes, the user's saved ones."""
    tracks: services.TracksService
    """Tracks, the user's saved ones, audio features, recommendations."""
    usage: Usage
    """The calls of the last 24 hours by operation, and what is closed until when."""
    users: services.UsersService
    """The user's profile, top lists and follows; other users' profiles."""

    @ARGUMENTS_HIDDEN
    @names_the_nearest_argument
    def __init__(
        self,
        access_token: str | None = None,
        *,
        client_id: str | None = None,
        client_secret: str | Callable[[], str] | None = None,
        auth_provider: AuthProvider | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        config: ClientConfig | None = None,
        transport: Transport | None = None,
        retry_policy: RetryPolicy | None = None,
        serializer: Serializer | None = None,
        rate_limiter: RateLimiter | None = None,
        clock: Clock | None = None,
        observers: Sequence[Observer] = (),
    ) -> None:
        """Create a client. Pass exactly one way to authenticate.

        Args:
            access_token: An access token; it is not refreshed.
            client_id: The application's client id. With `client_secret` the client uses the client credentials flow,
                which gives access to everything that belongs to no user.
            client_secret: The application's client secret, or a function that returns it: see `ClientCredentialsAuth`.
            auth_provider: Any object with `async get_access_token() -> str`. `close` calls its `close`, if it has one.
            timeout: Seconds for one attempt, more than 0. Takes precedence over `config` if it is not the default.
            max_retries: Attempts after the first, 0 or more. Takes precedence over `config` if it is not the default.
            config: All other settings; None for the defaults.
            transport: Sends requests instead of aiohttp. The caller owns it: `close` does not close it.
            retry_policy: Decides whether a failed request is sent again.
            serializer: Converts JSON to models. `config.strict_decoding` applies to the built-in serializers only.
            rate_limiter: Decides when a request may be sent.
            clock: Time and sleep.
            observers: Observe the calls, for traces and metrics; logs need none.

        Raises:
            ValueError: There is not exactly one way to authenticate, or a setting is out of bounds.
            TypeError: An argument is of the wrong type, or a class instead of an instance.
        """
        # The container imports every implementation. Imported here, aiohttp, msgspec and dependency-injector are loaded
        # by the first client instead of by `import spotify`, which may only be after a model, an error or a type.
        from spotify.container import build_container

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
            observers=observers,
        )
        self._use(container)

    @classmethod
    def from_container(cls, container: SpotifyContainer) -> Self:
        """Create a client of the parts of a container. `container.client()` calls this once.

        Args:
            container: A container whose `auth_provider` is set.

        Raises:
            dependency_injector.errors.Error: The container has no `auth_provider`.
            TypeError: A part of the container lacks a method, or is a class instead of an instance.
        """
        from spotify.container import check_parts

        check_parts(container)
        client = cls.__new__(cls)
        cls._use(client, container)
        return client

    @classmethod
    @ARGUMENTS_HIDDEN
    def from_client_credentials(
        cls,
        *,
        client_id: str | None = None,
        client_secret: str | Callable[[], str] | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        config: ClientConfig | None = None,
    ) -> Self:
        """Create a client that uses the client credentials flow.

        Args:
            client_id: The application's client id; None for the environment variable `SPOTIFY_CLIENT_ID` or, if that is
                not set, spotipy's `SPOTIPY_CLIENT_ID` or spotify-sdk's `SPOTIFY_SDK_CLIENT_ID`.
            client_secret: The application's client secret; None for the environment variable `SPOTIFY_CLIENT_SECRET`,
                or the one with the same prefix as the client id.
            timeout: Seconds for one attempt, more than 0.
            max_retries: Attempts after the first, 0 or more.
            config: All other settings; None for `ClientConfig.from_env()`.

        Raises:
            ValueError: The client id or secret is neither passed nor set in the environment.
        """
        environment = EnvironmentCredentials()
        client_id = environment.client_id if client_id is None else client_id
        client_secret = environment.client_secret.reveal() if client_secret is None else client_secret
        return cls(
            client_id=client_id,
            client_secret=client_secret,
            timeout=timeout,
            max_retries=max_retries,
            config=config or ClientConfig.from_env(),
        )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Create a client with the credentials and the settings in environment variables.

        The first of these that is set decides how the client authenticates:

        1. `SPOTIFY_ACCESS_TOKEN`: this token, which is not refreshed.
        2. `SPOTIFY_REDIRECT_URI`, with `SPOTIFY_CLIENT_ID`: the user who logged in with `spotify.login` or
           `spotify-web login`. Without that login, calls raise `LoginRequiredError`.
        3. `SPOTIFY_CLIENT_ID` and `SPOTIFY_CLIENT_SECRET`: the client credentials flow, without a user.

        The variables of spotipy (`SPOTIPY_…`) and spotify-sdk (`SPOTIFY_SDK_…`) are read too. Settings are those of
        `ClientConfig.from_env`.

        Args:
            environ: The environment; None for `os.environ`.

        Raises:
            ValueError: A credential is missing, or a variable has the wrong format.
        """
        environ = os.environ if environ is None else environ
        config, credentials = ClientConfig.from_env(environ), EnvironmentCredentials(environ)
        if token := credentials.access_token:
            return cls(token.reveal(), config=config)
        if credentials.has("redirect_uri"):
            from spotify.impl.auth.authorization_code import PkceAuth  # imports aiohttp
            from spotify.impl.token_stores.file_token_store import FileTokenStore, state_directory

            store = FileTokenStore(state_directory() / "tokens")
            return cls(auth_provider=PkceAuth.from_env(environ=environ, store=store), config=config)
        client_id, client_secret = credentials.client_id, credentials.client_secret.reveal()
        return cls(client_id=client_id, client_secret=client_secret, config=config)

    async def call(
        self, operation_id: str, /, *, json: object = None, content: bytes | None = None, **arguments: Argument
    ) -> JsonValue:
        """Call any of the 97 operations of the Web API by its id.

        ::

            playlists = await client.call("get-featured-playlists", locale="sv_SE", limit=5)
            await client.call("add-to-queue", uri="spotify:track:…")

        Authorization, rate limit, retries, quota mode and errors are those of the service methods.

        Args:
            operation_id: The operation id in Spotify's API description, such as `get-an-album`.
            json: The request body of an operation that takes JSON; None for no body.
            content: The request body of an operation that takes another content type (such as a base64-encoded JPEG),
                or a JSON body that is already encoded.
            **arguments: Path and query parameters by their names in the API description. Ids are plain ids; several
                ids are one comma-separated string. None omits a query parameter.

        Returns:
            The response as plain JSON data, None if it has no body.

        Raises:
            ValueError: There is no such operation, or an argument is out of bounds.
            TypeError: An argument is unknown, missing or of the wrong type, or the operation takes no such body.
            EndpointUnavailableError: The operation is not available in development mode; `replacement` names the
                operation to use instead, if there is one.
            SpotifyError: The call failed for another reason.
        """
        from spotify.services._base import call_by_id  # imports the models

        call = call_by_id(operation_id, arguments, json=json, content=content)
        return cast("JsonValue", await self._executor.execute(call))

    def for_user(self, auth_provider: AuthProvider) -> Self:
        """Return a client that acts for another user of the same application.

        ::

            async with AsyncSpotifyClient(client_id="…", client_secret="…") as client:
                user = client.for_user(PkceAuth("…", "https://…/callback", user="ana", store=store))
                profile = await user.users.get_current_profile()

        The new client shares the connections, the rate limit, the settings and the quota mode with this client. It
        shares nothing that belongs to a user: no token, no response, no pending read. Creating it takes some
        microseconds, so a web application can create one per request. Closing it closes its auth provider only. Closing
        this client closes both, without keeping the new client alive until then.

        Args:
            auth_provider: The user's auth provider: any object with `async get_access_token() -> str`.

        Raises:
            TypeError: `auth_provider` has no such method, or the client has a custom executor without `for_user`.
            ClientClosedError: This client is closed.
        """
        check_methods("auth_provider", auth_provider, ("get_access_token",))
        if not implements(self._executor, SupportsForUser):
            raise TypeError(f"{type(self._executor).__name__} cannot act for other users: it has no method `for_user`")
        return self._view(self._executor.for_user(auth_provider))

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Return a view of this client with other settings.

        ::

            album = await client.with_options(timeout=2.0, max_retries=0).albums.get(album_id)
            nightly = client.with_options(priority="bulk", deadline=None, max_retry_wait=600.0)

        The view shares everything else with this client. Creating it takes some microseconds. Closing it does not close
        this client. A view of a view is another view of the same client: closing one does not close the other.

        Args:
            **options: Settings of `ClientConfig` by the same names, with the same units and bounds: `timeout`,
                `deadline`, `max_retries`, `max_retry_wait`, `write_settle_time`, `priority`, `market`, `locale`.
                Omitted settings keep their values. A custom retry policy receives `max_retries` and `max_retry_wait`
                and may ignore them.

        Raises:
            ValueError: A value is out of bounds.
            TypeError: There is no such option, a value is of the wrong type, or the client has a custom executor
                without `with_config`.
            ClientClosedError: This client is closed.
        """
        check_names("option", options, CallOptions.__annotations__)
        if not implements(self._executor, SupportsOptions):
            raise TypeError(f"{type(self._executor).__name__} takes no options: it has no method `with_config`")
        config = replace(self._config, **options)
        return self._view(self._executor.with_config(config), config)

    async def with_response(self, call: Awaitable[T]) -> Response[T]:
        """Make a call and return its result together with the responses behind it.

        ::

            response = await client.with_response(client.albums.get(album_id))
            response.value.name, response.status, response.headers["etag"], response.attempts, response.waited

        Args:
            call: An awaitable returned by a method of this client and not awaited yet: `client.albums.get(…)`, a
                paginator for its first page, or `….collect()` for all pages.

        Returns:
            `value`, the result, and for each response its status, headers and body, the number of attempts and the
            seconds waited.

        Raises:
            TypeError: `call` is not awaitable, or it made no request here because it was already running, as a task is.
            SpotifyError: The call failed.
        """
        check_type("call", call, Awaitable)
        received: list[Received] = []
        token = RECORDING.set(received)
        with PROGRESS_HIDDEN:
            try:
                value = await call
            finally:
                RECORDING.reset(token)
        if not received:
            raise TypeError("call made no request here: pass client.albums.get(…) itself, not a task that runs it")
        return Response(value=value, received=tuple(received))

    async def cost(self, method: Callable[P, Awaitable[object]], /, *args: P.args, **kwargs: P.kwargs) -> int:
        """Return how many calls a method would make at most, without making them.

        ::

            calls = await client.cost(client.albums.get_several, album_ids)
            if client.usage.total.made + calls <= 2000:
                albums = await client.albums.get_several(album_ids)

        Retries do not count, nor do the reads that find out whether a write was executed after a lost response. Objects
        in the response cache cost nothing; to look them up, an access token may be requested. A list knows its cost
        after its first page: see `Paginator.cost`.

        Args:
            method: A method of this client or of its services.
            *args: Its arguments.
            **kwargs: Its keyword arguments.

        Raises:
            TypeError: `method` is not such a method, or returns a list.
            ValueError: An argument is invalid, as if the method was called.
        """
        from spotify.paging.paginator import PaginatorBase  # imports the models

        owner: object = getattr(method, "__self__", None)
        counting: object = None
        view = self._view(CallCounter(self._executor))
        if owner is self:
            counting = view
        for name in _SERVICES:
            if name in vars(self) and owner is getattr(self, name):
                counting = getattr(view, name)
        if counting is None:
            raise TypeError("method must be a method of this client, such as client.albums.get_several")
        planned = getattr(counting, method.__name__)(*args, **kwargs)
        if isinstance(planned, PaginatorBase):
            raise TypeError("method returns a list, which knows its cost after its first page: see Paginator.cost")
        with PROGRESS_HIDDEN:
            return await count(planned)

    async def resume(self, error: PartialWriteError) -> str | None:
        """Resume a write of several requests that stopped part way.

        ::

            try:
                await client.playlists.add_items(playlist_id, uris, verify=True)
            except PartialWriteError as error:
                await client.resume(error)  # now, later, or in another process: the error can be pickled

        Requests that Spotify confirmed are not sent again. Requests whose outcome is `unknown` are sent again if that
        is harmless; with `verify=True` the playlist is read first, until it shows the outcome. A request is not sent
        while an earlier one that it does not commute with may still be executed, also in another process. An error can
        be resumed once: if the write stops again, resume the new error.

        Args:
            error: The error of the write.

        Returns:
            The playlist's new snapshot id; None for a library write.

        Raises:
            ValueError: The error does not come from a bulk write, or it was resumed already.
            PartialWriteError: The write stopped again. If it is `error` itself, the outcome of the `unknown` requests
                cannot be determined, and sending them again could apply them twice: compare the playlist with what it
                should hold and write the rest.
            SpotifyError: The call failed for another reason; nothing was applied and `error` can be resumed again.
        """
        from spotify.bulk.writes import resume_write  # imports the models

        check_type("error", error, PartialWriteError)
        with PROGRESS_HIDDEN:
            return await resume_write(self._executor, error)

    async def close(self, *, drain: float = 0.0) -> None:
        """Close the connections. Pending and later calls raise `ClientClosedError`. Closing twice does nothing.

        With `drain`, running calls may end first, with their retries; new ones are refused at once. A method that sends
        several requests stops before its next one: a bulk write raises `PartialWriteError` without unknown outcomes.

        Token requests that were sent for users, also by clients that `for_user` returned, are finished and their tokens
        stored first, for all users at the same time; it waits for at most 150 seconds, in addition to `drain`, even if
        the store is unavailable or another worker holds its lock. If `close` is cancelled, call it again: it continues.

        Args:
            drain: Seconds that running calls have to end, 0 or more.

        Raises:
            ValueError: `drain` is negative or not finite.
            TypeError: `drain` is not a number, or the client has a custom executor without `drain`.
        """
        if check_number("drain", drain, at_least=0) > 0:
            executor: object = self._executor
            if not implements(executor, SupportsDrain):
                raise TypeError(f"{type(executor).__name__} cannot wait for its calls: it has no method `drain`")
            await executor.drain(drain)
        await self._executor.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._config.api_url}>"

    if not TYPE_CHECKING:  # type checkers know the attributes

        def __getattr__(self, name):
            # The services are created when they are first used, because they import the models.
            if name not in _SERVICES or "_make_service" not in vars(self):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
            service = vars(self)[name] = self._make_service(name)
            return service

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_SERVICES})

    def _view(self, executor: RequestExecutor, config: ClientConfig | None = None) -> Self:
        """Return a copy of this client whose calls go through another executor."""
        view = copy(self)  # a subclass keeps its own attributes
        original, quota, read_ahead = self._original or self, self.quota, self._read_ahead

        def make_service(name: str) -> Service:
            service: Service = getattr(original, name)
            return type(service)(executor, quota, read_ahead=read_ahead)

        AsyncSpotifyClient._assemble(view, config or self._config, executor, make_service, original)
        return view

    def _use(self, container: SpotifyContainer) -> None:
        self.quota = container.quota()
        self.usage = container.usage()
        self._read_ahead = container.read_ahead()
        self._assemble(container.config(), container.executor(), lambda name: container.providers[name]())

    def _assemble(
        self,
        config: ClientConfig,
        executor: RequestExecutor,
        make_service: Callable[[str], Service],
        original: AsyncSpotifyClient | None = None,
    ) -> None:
        self._config = config
        self._executor = executor
        self._make_service = make_service
        self._original = original  # of a view: the client whose services have the types of its own
        for name in _SERVICES:
            vars(self).pop(name, None)  # those of the client that this is a view of
