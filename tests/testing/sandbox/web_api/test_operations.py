"""Every operation, called once in sequence, matches the API contract."""

from __future__ import annotations

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Catalogue
from spotify.testing.sandbox.web_api.web_api import WEB_API
from tests.contract.api_contract import ApiContract
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.sandbox_http import Caller

JPEG = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9")


def ids(entities: list[object]) -> str:
    return ",".join(entity.id for entity in entities)  # type: ignore[attr-defined]


# With `market`, where another read covers the response without it: `available_markets` takes long to validate.
READS: dict[str, Callable[[Catalogue], str]] = {
    "get-an-album": lambda c: f"/albums/{c.long_album.id}",
    "get-multiple-albums": lambda c: f"/albums?ids={ids(c.albums[:5])},{'0' * 22}&market=US",
    "get-an-albums-tracks": lambda c: f"/albums/{c.long_album.id}/tracks?limit=50&offset=50&market=US",
    "get-new-releases": lambda c: "/browse/new-releases",
    "get-an-artist": lambda c: f"/artists/{c.artists[0].id}",
    "get-multiple-artists": lambda c: f"/artists?ids={ids(c.artists[:50])}",
    "get-an-artists-albums": lambda c: f"/artists/{c.artists[1].id}/albums?include_groups=album,appears_on&market=US",
    "get-an-artists-top-tracks": lambda c: f"/artists/{c.artists[0].id}/top-tracks?market=DE",
    "get-an-artists-related-artists": lambda c: f"/artists/{c.artists[0].id}/related-artists",
    "get-a-show": lambda c: f"/shows/{c.long_show.id}",
    "get-multiple-shows": lambda c: f"/shows?ids={ids(c.shows[:5])}",
    "get-a-shows-episodes": lambda c: f"/shows/{c.long_show.id}/episodes?limit=50&offset=250",
    "get-an-episode": lambda c: f"/episodes/{c.episodes[0].id}",
    "get-multiple-episodes": lambda c: f"/episodes?ids={ids(c.episodes[:50])}",
    "get-an-audiobook": lambda c: f"/audiobooks/{c.long_audiobook.id}",
    "get-multiple-audiobooks": lambda c: f"/audiobooks?ids={ids(c.audiobooks[:5])}",
    "get-audiobook-chapters": lambda c: f"/audiobooks/{c.long_audiobook.id}/chapters",
    "get-a-chapter": lambda c: f"/chapters/{c.chapters[0].id}",
    "get-several-chapters": lambda c: f"/chapters?ids={ids(c.chapters[:50])}",
    "get-track": lambda c: f"/tracks/{c.relinked_track.id}?market=US",
    "get-several-tracks": lambda c: f"/tracks?ids={ids(c.tracks[:50])}&market=US",
    "get-audio-features": lambda c: f"/audio-features/{c.tracks[0].id}",
    "get-several-audio-features": lambda c: f"/audio-features?ids={ids(c.tracks[:100])}",
    "get-audio-analysis": lambda c: f"/audio-analysis/{c.tracks[0].id}",
    "get-recommendations": lambda c: (
        f"/recommendations?seed_artists={c.artists[0].id}&seed_tracks={c.tracks[90].id}&seed_genres=dub"
        "&min_energy=0.2&target_tempo=120&max_key=8"
    ),
    "search": lambda c: "/search?q=a&type=album,artist,playlist,track,show,episode,audiobook&limit=50&market=US",
    "get-users-saved-albums": lambda c: "/me/albums?market=US",
    "get-users-saved-tracks": lambda c: "/me/tracks?limit=50&market=US",
    "get-users-saved-episodes": lambda c: "/me/episodes",
    "get-users-saved-shows": lambda c: "/me/shows",
    "get-users-saved-audiobooks": lambda c: "/me/audiobooks",
    "check-users-saved-albums": lambda c: f"/me/albums/contains?ids={ids(c.albums[:20])}",
    "check-users-saved-tracks": lambda c: f"/me/tracks/contains?ids={ids(c.tracks[:50])}",
    "check-users-saved-episodes": lambda c: f"/me/episodes/contains?ids={ids(c.episodes[:50])}",
    "check-users-saved-shows": lambda c: f"/me/shows/contains?ids={ids(c.shows)}",
    "check-users-saved-audiobooks": lambda c: f"/me/audiobooks/contains?ids={ids(c.audiobooks)}",
    "check-library-contains": lambda c: f"/me/library/contains?uris={c.tracks[0].uri},{c.artists[0].uri}",
    "get-playlist": lambda c: f"/playlists/{c.mixed_playlist.id}",
    "get-playlists-items": lambda c: (
        f"/playlists/{c.mixed_playlist.id}/items?limit=50&market=US&additional_types=episode"
    ),
    "get-playlists-tracks": lambda c: f"/playlists/{c.mixed_playlist.id}/tracks?limit=100&market=US",
    "get-a-list-of-current-users-playlists": lambda c: "/me/playlists?limit=50",
    "get-list-users-playlists": lambda c: f"/users/{quote(c.odd_user.id, safe='')}/playlists",
    "get-playlist-cover": lambda c: f"/playlists/{c.mixed_playlist.id}/images",
    "check-if-user-follows-playlist": lambda c: f"/playlists/{c.foreign_playlist.id}/followers/contains",
    "get-current-users-profile": lambda c: "/me",
    "get-users-profile": lambda c: f"/users/{quote(c.odd_user.id, safe='')}",
    "get-users-top-artists": lambda c: "/me/top/artists?time_range=short_term",
    "get-users-top-tracks": lambda c: "/me/top/tracks",
    "get-followed": lambda c: "/me/following?type=artist&limit=50",
    "check-current-user-follows": lambda c: f"/me/following/contains?type=artist&ids={ids(c.artists[:50])}",
    "get-information-about-the-users-current-playback": lambda c: "/me/player?additional_types=track,episode",
    "get-a-users-available-devices": lambda c: "/me/player/devices",
    "get-the-users-currently-playing-track": lambda c: "/me/player/currently-playing?market=US",
    "get-recently-played": lambda c: "/me/player/recently-played?limit=50",
    "get-queue": lambda c: "/me/player/queue",
    "get-categories": lambda c: "/browse/categories?locale=de_DE",
    "get-a-category": lambda c: f"/browse/categories/{quote(c.categories[2].id)}?locale=sv_SE",
    "get-a-categories-playlists": lambda c: f"/browse/categories/{c.categories[0].id}/playlists",
    "get-featured-playlists": lambda c: "/browse/featured-playlists?locale=es_MX",
    "get-recommendation-genres": lambda c: "/recommendations/available-genre-seeds",
    "get-available-markets": lambda c: "/markets",
}

Write = tuple[str, str, object]

WRITES: dict[str, Callable[[Catalogue], Write]] = {
    "save-albums-user": lambda c: ("PUT", f"/me/albums?ids={ids(c.albums[:20])}", None),
    "save-tracks-user": lambda c: ("PUT", "/me/tracks", {"ids": [c.tracks[3].id]}),
    "save-episodes-user": lambda c: ("PUT", "/me/episodes", {"ids": [c.episodes[3].id]}),
    "save-shows-user": lambda c: ("PUT", f"/me/shows?ids={c.shows[1].id}", None),
    "save-audiobooks-user": lambda c: ("PUT", f"/me/audiobooks?ids={c.audiobooks[1].id}", None),
    "remove-albums-user": lambda c: ("DELETE", f"/me/albums?ids={ids(c.albums[:20])}", None),
    "remove-tracks-user": lambda c: ("DELETE", f"/me/tracks?ids={c.tracks[0].id}", None),
    "remove-episodes-user": lambda c: ("DELETE", f"/me/episodes?ids={c.episodes[0].id}", None),
    "remove-shows-user": lambda c: ("DELETE", f"/me/shows?ids={c.shows[0].id}", None),
    "remove-audiobooks-user": lambda c: ("DELETE", f"/me/audiobooks?ids={c.audiobooks[0].id}", None),
    "save-library-items": lambda c: ("PUT", f"/me/library?uris={c.tracks[1].uri},{c.users[4].uri}", None),
    "remove-library-items": lambda c: ("DELETE", f"/me/library?uris={c.tracks[0].uri}", None),
    "change-playlist-details": lambda c: ("PUT", f"/playlists/{c.mixed_playlist.id}", {"name": "New"}),
    "create-playlist": lambda c: ("POST", "/me/playlists", {"name": "Mine"}),
    "create-playlist-for-user": lambda c: ("POST", f"/users/{c.default_user.id}/playlists", {"name": "Mine"}),
    "add-items-to-playlist": lambda c: (
        "POST",
        f"/playlists/{c.empty_playlist.id}/items",
        {"uris": [c.tracks[0].uri, c.episodes[0].uri]},
    ),
    "add-tracks-to-playlist": lambda c: (
        "POST",
        f"/playlists/{c.empty_playlist.id}/tracks?uris={c.tracks[0].uri}",
        None,
    ),
    "reorder-or-replace-playlists-items": lambda c: (
        "PUT",
        f"/playlists/{c.mixed_playlist.id}/items",
        {"range_start": 0, "insert_before": 5},
    ),
    "reorder-or-replace-playlists-tracks": lambda c: (
        "PUT",
        f"/playlists/{c.mixed_playlist.id}/tracks",
        {"uris": [c.tracks[0].uri]},
    ),
    "remove-items-playlist": lambda c: (
        "DELETE",
        f"/playlists/{c.mixed_playlist.id}/items",
        {"items": [{"uri": c.tracks[0].uri}]},
    ),
    "remove-tracks-playlist": lambda c: (
        "DELETE",
        f"/playlists/{c.mixed_playlist.id}/tracks",
        {"tracks": [{"uri": c.tracks[0].uri}]},
    ),
    "follow-playlist": lambda c: ("PUT", f"/playlists/{c.foreign_playlist.id}/followers", {"public": False}),
    "unfollow-playlist": lambda c: ("DELETE", f"/playlists/{c.foreign_playlist.id}/followers", None),
    "follow-artists-users": lambda c: ("PUT", f"/me/following?type=artist&ids={c.artists[0].id}", None),
    "unfollow-artists-users": lambda c: ("DELETE", f"/me/following?type=artist&ids={c.artists[0].id}", None),
    "start-a-users-playback": lambda c: (
        "PUT",
        "/me/player/play",
        {"context_uri": c.long_album.uri, "offset": {"position": 5}, "position_ms": 0},
    ),
    "pause-a-users-playback": lambda c: ("PUT", "/me/player/pause", None),
    "skip-users-playback-to-next-track": lambda c: ("POST", "/me/player/next", None),
    "skip-users-playback-to-previous-track": lambda c: ("POST", "/me/player/previous", None),
    "seek-to-position-in-currently-playing-track": lambda c: ("PUT", "/me/player/seek?position_ms=9000", None),
    "set-repeat-mode-on-users-playback": lambda c: ("PUT", "/me/player/repeat?state=context", None),
    "set-volume-for-users-playback": lambda c: ("PUT", "/me/player/volume?volume_percent=30", None),
    "toggle-shuffle-for-users-playback": lambda c: ("PUT", "/me/player/shuffle?state=true", None),
    "add-to-queue": lambda c: ("POST", f"/me/player/queue?uri={c.episodes[0].uri}", None),
}


@pytest.fixture(autouse=True)
def playing(sandbox: SpotifySandbox) -> None:
    """Start playback: otherwise reads of the player return 204 and its commands are errors."""
    sandbox.player().play(sandbox.catalogue.long_album.uri, place=3)


@pytest.mark.parametrize("operation_id", READS)
async def test_a_read_matches_the_contract(
    operation_id: str, call: Caller, catalogue: Catalogue, checker: ExchangeChecker
) -> None:
    reply = await call.get(READS[operation_id](catalogue))

    assert reply.status == 200, reply.body
    checker.assert_covers([operation_id])


@pytest.mark.parametrize("operation_id", WRITES)
async def test_a_write_matches_the_contract(
    operation_id: str, call: Caller, catalogue: Catalogue, checker: ExchangeChecker
) -> None:
    method, path, body = WRITES[operation_id](catalogue)

    reply = await call(method, path, body=body)

    assert reply.status < 300, reply.body
    checker.assert_covers([operation_id])


async def test_a_cover_upload_matches_the_contract(
    call: Caller, catalogue: Catalogue, checker: ExchangeChecker
) -> None:
    path = f"/playlists/{catalogue.mixed_playlist.id}/images"

    reply = await call("PUT", path, raw=JPEG, headers={"Content-Type": "image/jpeg"})

    assert reply.status == 202
    checker.assert_covers(["upload-custom-playlist-cover"])


async def test_a_transfer_matches_the_contract(sandbox: SpotifySandbox, call: Caller, checker: ExchangeChecker) -> None:
    device = sandbox.player().devices[1]

    reply = await call("PUT", "/me/player", body={"device_ids": [device.id], "play": True})

    assert reply.status == 204
    checker.assert_covers(["transfer-a-users-playback"])


def test_all_routes_are_covered() -> None:
    called = {*READS, *WRITES, "upload-custom-playlist-cover", "transfer-a-users-playback"}

    assert {route.operation_id for route in WEB_API.routes} == called


def test_the_routes_are_those_of_the_contract() -> None:
    operations = ApiContract.load().operations

    assert {route.operation_id for route in WEB_API.routes} == operations.keys()
    assert len(WEB_API.routes) == 97
    for route in WEB_API.routes:
        operation = operations[route.operation_id]
        assert (route.method, route.path) == (operation.method, operation.path)
