"""Albums, artists and tracks."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox import Catalogue
from tests.support.sandbox_http import Caller

UNKNOWN = "0" * 22


async def test_an_album_has_the_first_page_of_its_tracks(call: Caller, catalogue: Catalogue) -> None:
    album = (await call.get(f"/albums/{catalogue.long_album.id}")).json

    page = album["tracks"]
    assert (page["total"], len(page["items"]), page["offset"], page["previous"]) == (72, 50, 0, None)
    assert page["next"] == f"{call.sandbox.api_url}/albums/{catalogue.long_album.id}/tracks?offset=50&limit=50"


async def test_next_and_previous_links_connect_all_pages(call: Caller, catalogue: Catalogue) -> None:
    base = call.sandbox.api_url
    path: str | None = f"/albums/{catalogue.long_album.id}/tracks?limit=30&market=US"
    ids: list[str] = []
    previous = None
    while path:
        page = (await call.get(path)).json
        assert (page["previous"] is None) == (previous is None)
        ids += [track["id"] for track in page["items"]]
        previous = page["href"]
        path = page["next"].removeprefix(base) if page["next"] else None

    assert ids == [track.id for track in catalogue.long_album.tracks]
    assert page["previous"].endswith("?offset=30&limit=30&market=US")


async def test_several_tracks_are_in_order_with_null_for_unknown_ids(call: Caller, catalogue: Catalogue) -> None:
    one, other = catalogue.tracks[5].id, catalogue.tracks[2].id

    tracks = (await call.get(f"/tracks?ids={one},{UNKNOWN},{other}")).json["tracks"]

    assert [track and track["id"] for track in tracks] == [one, None, other]


async def test_without_a_market_a_track_has_available_markets(call: Caller, catalogue: Catalogue) -> None:
    track = (await call.get(f"/tracks/{catalogue.relinked_track.id}")).json

    assert "US" not in track["available_markets"]
    assert not {"is_playable", "linked_from", "restrictions"} & track.keys()


async def test_a_track_is_relinked_in_a_market(call: Caller, catalogue: Catalogue) -> None:
    requested = catalogue.relinked_track
    assert requested.alternative

    track = (await call.get(f"/tracks/{requested.id}?market=US")).json

    assert track["id"] == requested.alternative.id
    assert track["linked_from"]["id"] == requested.id
    assert track["is_playable"] is True
    assert "available_markets" not in track


async def test_a_track_without_a_licensed_version_is_restricted(call: Caller, catalogue: Catalogue) -> None:
    track = (await call.get(f"/tracks/{catalogue.unavailable_track.id}?market=JP")).json

    assert track["is_playable"] is False
    assert track["restrictions"] == {"reason": "market"}


async def test_from_token_is_the_country_of_the_user(call: Caller, catalogue: Catalogue) -> None:
    path = f"/tracks/{catalogue.relinked_track.id}?market=from_token"

    for_user = (await call.get(path)).json
    for_application = (await call.as_application().get(path)).json

    assert for_user["linked_from"]["id"] == catalogue.relinked_track.id
    assert "available_markets" in for_application


async def test_include_groups_selects_albums_of_an_artist(call: Caller, catalogue: Catalogue) -> None:
    artist = next(artist for artist in catalogue.artists if artist.appears_on)

    all_groups = (await call.get(f"/artists/{artist.id}/albums?limit=50")).json
    two_groups = (await call.get(f"/artists/{artist.id}/albums?include_groups=single,appears_on&limit=50")).json

    assert all_groups["total"] == len(artist.albums) + len(artist.appears_on)
    assert {album["album_group"] for album in two_groups["items"]} == {"single", "appears_on"}
    assert len(two_groups["items"]) == 2 + len(artist.appears_on)


async def test_top_tracks_are_the_most_popular_of_the_artist(call: Caller, catalogue: Catalogue) -> None:
    artist = catalogue.artists[1]

    tracks = (await call.get(f"/artists/{artist.id}/top-tracks")).json["tracks"]

    assert len(tracks) == 10
    assert all(artist.id in {credited["id"] for credited in track["artists"]} for track in tracks)
    assert [track["popularity"] for track in tracks] == sorted((t["popularity"] for t in tracks), reverse=True)


async def test_related_artists_share_genres(call: Caller, catalogue: Catalogue) -> None:
    artist = catalogue.artists[0]

    related = (await call.get(f"/artists/{artist.id}/related-artists")).json["artists"]

    assert 0 < len(related) <= 20
    assert all(set(other["genres"]) & set(artist.genres) for other in related)
    assert artist.id not in {other["id"] for other in related}


async def test_new_releases_are_the_100_latest_albums(call: Caller, catalogue: Catalogue) -> None:
    page = (await call.get("/browse/new-releases?limit=50")).json["albums"]

    dates = [album["release_date"] for album in page["items"]]
    assert page["total"] == 100
    assert dates == sorted((album.release_date for album in catalogue.albums), reverse=True)[:50]


async def test_a_matching_if_none_match_returns_304(unchecked_call: Caller) -> None:
    call = unchecked_call
    path = f"/albums/{call.sandbox.catalogue.albums[0].id}"
    first = await call.get(path)

    for tags in (first.headers["ETag"], f'"other", W/{first.headers["ETag"]}', "*"):
        second = await call.get(path, headers={"If-None-Match": tags})
        assert (second.status, second.body) == (304, b"")
        assert second.headers["ETag"] == first.headers["ETag"]
    assert (await call.get(path, headers={"If-None-Match": '"other"'})).status == 200


async def test_cache_control_depends_on_the_token(call: Caller, catalogue: Catalogue) -> None:
    path = f"/albums/{catalogue.albums[0].id}"

    assert (await call.get(path)).headers["Cache-Control"] == "private, max-age=0"
    assert (await call.as_application().get(path)).headers["Cache-Control"] == "public, max-age=3600"
    assert "ETag" not in (await call.get("/me/tracks")).headers


async def test_audio_features_and_audio_analysis_agree(call: Caller, catalogue: Catalogue) -> None:
    track = catalogue.tracks[0]

    features = (await call.get(f"/audio-features/{track.id}")).json
    analysis = (await call.get(f"/audio-analysis/{track.id}")).json

    assert features["duration_ms"] == track.duration_ms
    assert "popularity" not in features
    assert analysis["track"]["tempo"] == features["tempo"]
    assert analysis["beats"][-1]["start"] < track.duration_ms / 1000


async def test_recommendations_respect_bounds_and_targets(call: Caller, catalogue: Catalogue) -> None:
    seed = catalogue.artists[0].id
    path = f"/recommendations?seed_artists={seed}&limit=30&min_energy=0.5&max_popularity=60&target_tempo=120"

    recommendations = (await call.get(path)).json

    tracks = recommendations["tracks"]
    ids = ",".join(track["id"] for track in tracks)
    features = (await call.get(f"/audio-features?ids={ids}")).json["audio_features"]
    assert 0 < len(tracks) <= 30
    assert all(track["popularity"] <= 60 for track in tracks)
    assert all(of_track["energy"] >= 0.5 for of_track in features)
    distances = [abs(of_track["tempo"] - 120) for of_track in features]
    assert distances == sorted(distances)
    (seed_object,) = recommendations["seeds"]
    assert seed_object["initialPoolSize"] > seed_object["afterFilteringSize"] >= len(tracks)


async def test_recommendations_describe_all_seeds(call: Caller, catalogue: Catalogue) -> None:
    path = f"/recommendations?seed_artists={catalogue.artists[1].id}&seed_tracks={UNKNOWN}&seed_genres=unknown"

    seeds = (await call.get(path)).json["seeds"]

    assert [(seed["type"], seed["initialPoolSize"] > 0) for seed in seeds] == [
        ("ARTIST", True),
        ("TRACK", False),
        ("GENRE", False),
    ]


async def test_images_of_all_sizes_can_be_fetched(call: Caller, catalogue: Catalogue) -> None:
    images = (await call.get(f"/albums/{catalogue.albums[0].id}")).json["images"]

    assert [image["width"] for image in images] == [640, 300, 64]
    for image in images:
        async with call.session.get(image["url"]) as response:
            assert response.content_type == "image/png"
            width = int.from_bytes((await response.read())[16:20], "big")
            assert width == image["width"]


@pytest.mark.parametrize("name", ["unknown", "0" * 40 + "-300x", "0" * 40 + "-301"])
async def test_an_unknown_image_is_not_found(call: Caller, name: str) -> None:
    async with call.session.get(f"{call.sandbox.url}/image/{name}") as response:
        assert response.status == 404


async def test_the_previous_page_starts_at_0_at_the_earliest(call: Caller, catalogue: Catalogue) -> None:
    page = (await call.get(f"/albums/{catalogue.long_album.id}/tracks?offset=5&limit=20")).json

    assert page["previous"].endswith("?offset=0&limit=20")
