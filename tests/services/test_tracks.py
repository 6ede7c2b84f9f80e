"""Tracks, audio features and recommendations. `test_catalogue_services` has the behaviour that services share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import NotFoundError
from spotify.services import TracksService
from spotify.testing import SpotifySandbox
from tests.support.scripted_executor import ScriptedExecutor

UNKNOWN = "0" * 22


async def test_a_track_has_its_details(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.tracks[9]

    track = await client.tracks.get(known.id)

    assert (track.name, track.duration_ms, track.explicit) == (known.name, known.duration_ms, known.explicit)
    assert (track.album.id, track.track_number) == (known.album.id, known.track_number)
    assert [artist.name for artist in track.artists] == [artist.name for artist in known.artists]
    assert track.external_ids is not None
    assert track.external_ids.isrc == known.isrc


@pytest.mark.extended_only("popularity")
async def test_a_track_has_its_popularity(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.tracks[9]

    assert (await client.tracks.get(known.id)).popularity == known.popularity


async def test_a_track_is_relinked_in_a_market(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.relinked_track
    assert known.alternative is not None

    track = await client.tracks.get(known.id, market="US")

    assert (track.id, track.is_playable) == (known.alternative.id, True)


@pytest.mark.extended_only("linked_from")
async def test_a_relinked_track_has_linked_from(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.relinked_track

    track = await client.tracks.get(known.id, market="US")

    assert track.linked_from is not None
    assert track.linked_from.id == known.id


async def test_an_unavailable_track_has_restrictions(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    (track,) = await client.tracks.get_several([sandbox.catalogue.unavailable_track.id], market="JP")

    assert track is not None
    assert track.is_playable is False
    assert track.restrictions is not None
    assert track.restrictions.reason == "market"


async def test_saved_tracks_are_those_of_the_market(client: AsyncSpotifyClient) -> None:
    page = await client.tracks.get_saved(limit=1, market="US")

    assert page.items[0].track.is_playable is not None


def test_an_invalid_market_of_saved_tracks_raises() -> None:
    with pytest.raises(ValueError, match="market must be"):
        TracksService(ScriptedExecutor()).get_saved(market="us")


@pytest.mark.extended_only("GET /audio-features")
async def test_audio_features_are_those_of_the_track(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.tracks[3]

    features = await client.tracks.get_audio_features(known.uri)

    assert (features.id, features.duration_ms) == (known.id, known.duration_ms)
    assert 60 <= (features.tempo or 0) <= 190


@pytest.mark.extended_only("GET /audio-features")
async def test_several_audio_features_are_in_order_with_none_for_unknown_ids(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    one, other = sandbox.catalogue.tracks[3].id, sandbox.catalogue.tracks[1].id

    several = await client.tracks.get_several_audio_features(iter([one, UNKNOWN, other, one]))

    assert [features and features.id for features in several] == [one, None, other, one]


@pytest.mark.extended_only("GET /audio-features")
@pytest.mark.parametrize(("count", "requests"), [(100, 1), (101, 2)])
async def test_audio_features_are_read_in_batches_of_100(
    count: int, requests: int, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    ids = [track.id for track in sandbox.catalogue.tracks[:count]]

    several = await client.tracks.get_several_audio_features(ids)

    assert [features and features.id for features in several] == ids
    assert len(sandbox.requests) == requests


@pytest.mark.extended_only("GET /audio-analysis")
async def test_the_audio_analysis_covers_the_whole_track(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.tracks[3]

    analysis = await client.tracks.get_audio_analysis(known.id)

    assert analysis.track is not None
    assert analysis.track.duration == pytest.approx(known.duration_ms / 1000)
    assert analysis.bars
    assert analysis.beats


@pytest.mark.extended_only("GET /audio-features and audio-analysis")
@pytest.mark.parametrize("method", ["get_audio_features", "get_audio_analysis"])
async def test_audio_features_of_an_unknown_track_are_not_found(method: str, client: AsyncSpotifyClient) -> None:
    with pytest.raises(NotFoundError):
        await getattr(client.tracks, method)(UNKNOWN)


@pytest.mark.parametrize("method", [TracksService.get_audio_features, TracksService.get_audio_analysis])
async def test_an_id_that_is_not_a_track_raises_before_a_request(method: Callable[..., Any]) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(ValueError, match="expected a track"):
        await method(TracksService(executor), f"spotify:episode:{UNKNOWN}")

    assert executor.calls == []


@pytest.mark.parametrize(
    ("ids", "error"), [([], ValueError), ([f"spotify:album:{UNKNOWN}"], ValueError), (UNKNOWN, TypeError)]
)
async def test_invalid_ids_of_audio_features_raise_before_a_request(ids: Any, error: type[Exception]) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(error):
        await TracksService(executor).get_several_audio_features(ids)

    assert executor.calls == []


@pytest.mark.extended_only("GET /recommendations")
async def test_recommendations_have_the_counts_of_each_seed(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    artist, track, genre = sandbox.catalogue.artists[0], sandbox.catalogue.tracks[0], sandbox.catalogue.genres[0]

    recommended = await client.tracks.get_recommendations(
        seed_artists=[artist.uri], seed_tracks=iter([track.id]), seed_genres=[genre], limit=30
    )

    assert len(recommended.tracks) == 30
    assert {seed.id for seed in recommended.seeds} == {artist.id, track.id, genre}
    assert all(seed.initialPoolSize for seed in recommended.seeds)


@pytest.mark.extended_only("GET /recommendations")
async def test_recommendations_match_the_attributes(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    recommended = await client.tracks.get_recommendations(
        seed_artists=[sandbox.catalogue.artists[0].id], min_tempo=120.5, max_tempo=150, min_popularity=1, limit=100
    )

    features = await client.tracks.get_several_audio_features(track.id or "" for track in recommended.tracks)
    assert features
    assert all(each is not None and 120.5 <= (each.tempo or 0) <= 150 for each in features)
    assert all(track.popularity for track in recommended.tracks)


@pytest.mark.extended_only("GET /recommendations")
async def test_recommendations_send_numbers_as_they_are(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    await client.tracks.get_recommendations(
        seed_artists=[UNKNOWN], target_energy=0.75, min_loudness=-12.5, target_mode=1, market="US"
    )

    assert dict(parse_qsl(sandbox.requests[0].query)) == {
        "market": "US",
        "seed_artists": UNKNOWN,
        "target_energy": "0.75",
        "min_loudness": "-12.5",
        "target_mode": "1",
    }


@pytest.mark.extended_only("GET /recommendations")
@pytest.mark.parametrize("count", [1, 5])
async def test_one_to_five_seeds_are_accepted(count: int, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    recommended = await client.tracks.get_recommendations(
        seed_artists=(artist.id for artist in sandbox.catalogue.artists[:count])
    )

    assert len(recommended.seeds) == count


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, ValueError),
        pytest.param({"seed_artists": [], "seed_genres": iter(())}, ValueError, id="no seeds"),
        ({"seed_artists": [UNKNOWN] * 3, "seed_genres": ["soul"], "seed_tracks": [UNKNOWN] * 2}, ValueError),
        ({"seed_artists": [f"spotify:track:{UNKNOWN}"]}, ValueError),
        ({"seed_tracks": [f"spotify:artist:{UNKNOWN}"]}, ValueError),
        ({"seed_artists": UNKNOWN}, TypeError),
        ({"seed_tracks": UNKNOWN}, TypeError),
        ({"seed_genres": "soul"}, TypeError),
        ({"seed_genres": ["soul,jazz"]}, ValueError),
        ({"seed_genres": [""]}, ValueError),
        ({"seed_genres": ["soul"], "limit": 101}, ValueError),
        ({"seed_genres": ["soul"], "limit": 0}, ValueError),
        ({"seed_genres": ["soul"], "market": "usa"}, ValueError),
        ({"seed_genres": ["soul"], "min_energy": 1.1}, ValueError),
        ({"seed_genres": ["soul"], "min_joy": 1}, TypeError),
        ({"seed_genres": ["soul"], "content": b"joy"}, TypeError),
    ],
    ids=str,
)
async def test_invalid_recommendation_arguments_raise_before_a_request(
    arguments: dict[str, Any], error: type[Exception]
) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(error):
        await TracksService(executor).get_recommendations(**arguments)

    assert executor.calls == []
