"""`OwnAccounts`: adds users with their libraries, and playlists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

from spotify._checks import check_choice, check_flag, check_market, check_range, check_text, each_of
from spotify.testing.sandbox.catalogue import (
    Album,
    Artist,
    Audiobook,
    Entity,
    Episode,
    PlayableItem,
    Playlist,
    PlaylistEntry,
    Show,
    Track,
    User,
)
from spotify.testing.sandbox.catalogue.names import new_id, new_image
from spotify.testing.sandbox.own_content.music import OwnMusic
from spotify.testing.sandbox.own_content.spoken_word import OwnSpokenWord
from spotify.testing.sandbox.state import MAX_ENTRIES, SAVED_KINDS

SavedItem: TypeAlias = Album | Artist | Audiobook | Episode | Playlist | Show | Track | User
_KINDS: Final = ("album", "artist", "audiobook", "episode", "playlist", "show", "track", "user")


class OwnAccounts(OwnMusic, OwnSpokenWord):
    """Adds users and playlists to a sandbox."""

    def add_user(
        self,
        name: str | None = None,
        *,
        country: str = "US",
        product: Literal["premium", "free"] = "premium",
        email: str | None = None,
        followers: int = 0,
        saved: Iterable[SavedItem | str] = (),
        playlists: Mapping[str, Iterable[PlayableItem | str]] | None = None,
        id: str | None = None,
    ) -> User:
        """Add a user, with a library and playlists.

        ::

            track = sandbox.add_track(name="Dawn", artist="Blue Hour")
            ana = sandbox.add_user("Ana", country="DE", saved=[track], playlists={"Morning": [track]})
            async with sandbox.client(user=ana.id) as anas_client:
                assert [each.track.name async for each in anas_client.tracks.get_saved()] == ["Dawn"]

        Args:
            name: The display name; None for none.
            country: An ISO 3166-1 alpha-2 code.
            product: `premium` or `free`.
            email: The e-mail address; None for one at `listeners.example`.
            followers: The number of followers, 0 or more.
            saved: What the user has saved or follows, the first saved first: entities of the catalogue, or their URIs.
            playlists: The names and items of the user's public playlists; see `add_playlist`.
            id: Any user id; None for a new one, which is the same in each run.

        Raises:
            ValueError: An argument is out of bounds, the id exists, or an entity is not in the catalogue.
            TypeError: An argument has the wrong type.
        """
        if name is not None:
            check_text("name", name)
        if id is not None:
            check_text("id", id)
        check_market(country)
        check_choice("product", product, ("premium", "free"))
        check_range("followers", followers, at_least=0)
        with self._lock:
            owned = {title: self._items("playlists", items) for title, items in (playlists or {}).items()}
            library = [self._saved(item) for item in each_of(saved, "saved must be entities or their URIs")]
            user_id = new_id(self._ids).lower() if id is None else id
            user = User(
                id=user_id,
                display_name=name,
                country=country,
                email=f"{self._ids.getrandbits(32):08x}@listeners.example" if email is None else email,
                product=product,
                followers=followers,
                image=new_image(self._ids) if name is not None else None,
                account_id=new_id(self._ids),
            )
            self._content.add_user(user)
            self._state.add_user(user)
            for title, items in reversed(owned.items()):
                self.add_playlist(name=title, owner=user, items=items)
            for item in library:
                self._save(user, item)
            return user

    def add_playlist(
        self,
        name: str,
        *,
        owner: User | str | None = None,
        items: Iterable[PlayableItem | str] = (),
        description: str | None = None,
        public: bool = True,
        collaborative: bool = False,
        id: str | None = None,
    ) -> Playlist:
        """Add a playlist, first in its owner's list.

        ::

            dawn = sandbox.add_track(name="Dawn", artist="Blue Hour")
            playlist = sandbox.add_playlist(name="Morning", items=[dawn, dawn])
            assert [entry.item.name async for entry in client.playlists.get_items(playlist.id)] == ["Dawn", "Dawn"]

        Args:
            name: The name.
            owner: A user of the catalogue, or a user id; None for the default user.
            items: Tracks and episodes of the catalogue, or their URIs; up to 10,000.
            description: Plain text.
            public: Whether the owner's profile lists it.
            collaborative: Whether others can edit it. A collaborative playlist is not public.
            id: 22 base62 digits; None for a new id, which is the same in each run.

        Returns:
            The playlist as it is now. Later changes through the Web API are not in it.

        Raises:
            ValueError: An argument is out of bounds, the id exists, or the owner or an item is not in the catalogue.
            TypeError: An argument has the wrong type.
        """
        check_text("name", name)
        check_flag("public", public)
        check_flag("collaborative", collaborative)
        with self._lock:
            user = self._user(owner.id if isinstance(owner, User) else owner)
            added_at = self._state.now()
            return self._add_playlist(
                name,
                owner=user,
                entries=tuple(PlaylistEntry(item, added_at, user.id) for item in self._items("items", items)),
                description=description,
                public=public,
                collaborative=collaborative,
                id=id,
            )

    def _add_playlist(
        self,
        name: str,
        *,
        owner: User,
        entries: tuple[PlaylistEntry, ...],
        description: str | None,
        public: bool,
        collaborative: bool,
        id: str | None,
    ) -> Playlist:
        if len(entries) > MAX_ENTRIES:
            raise ValueError(f"items must be up to {MAX_ENTRIES:,}, not {len(entries):,}")
        playlist = Playlist(
            id=self._new_id(id),
            name=name,
            description=description,
            owner=owner,
            public=public and not collaborative,
            collaborative=collaborative,
            image=new_image(self._ids),
            followers=0,
            withdrawn=False,
            entries=entries,
        )
        self._content.add_playlist(playlist)
        self._state.add_playlist(playlist)
        return playlist

    def _user(self, id: str | None) -> User:
        """Return a user; None for the default user.

        Raises:
            ValueError: The user does not exist.
        """
        if id is None:
            return self.catalogue.default_user
        user = self.catalogue.user_by_id.get(id)
        if user is None:
            raise ValueError(f"there is no user {id!r}; see `catalogue.users`")
        return user

    def _saved(self, item: SavedItem | str) -> Entity:
        if isinstance(item, str):
            return self._find("saved", item, _KINDS)
        return item if isinstance(item, Playlist) else self._own("saved", item)

    def _save(self, user: User, item: Entity) -> None:
        library, kind = self._state.library(user), SAVED_KINDS.get(item.kind)
        if kind is not None:
            library.saved[kind].save(item.id, self._state.now())
        elif item.kind == "artist":
            library.artists[item.id] = None
        elif item.kind == "user":
            library.users[item.id] = None
        else:
            self._state.follow_playlist(user, self._state.playlists[item.id], public=True)
