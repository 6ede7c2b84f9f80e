"""Plans for playlists, applied to a sandbox, also through failures."""

import pytest

from spotify import AsyncSpotifyClient, ForbiddenError, NotFoundError, SpotifyError
from spotify.testing import FakeTransport, Fault, SpotifySandbox
from spotify.tools import Plan, PlanOutdatedError, plan_copy, plan_dedupe, plan_diff, plan_merge, plan_sort
from tests.support import payloads


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox):
    async with sandbox.client() as client:
        yield client


async def playlist_of(client, uris, name="Mix"):
    playlist = await client.playlists.create(name)
    if uris:
        await client.playlists.add_items(playlist.id, uris)
    return playlist.id


async def uris_of(client, playlist):
    return [entry.item.uri for entry in await client.playlists.get_items(playlist).collect()]


def writes(sandbox):
    return [exchange for exchange in sandbox.requests if exchange.method != "GET"]


@pytest.mark.parametrize("keep", ["first", "last"])
async def test_duplicates_by_id_are_removed_and_the_order_kept(sandbox, client, keep):
    a, b, c, d = (track.uri for track in sandbox.catalogue.tracks[:4])
    playlist = await playlist_of(client, [a, b, a, c, b, d])
    plan = await plan_dedupe(client, playlist, keep=keep)
    sent = len(writes(sandbox))
    await plan.apply(client)
    assert await uris_of(client, playlist) == ([a, b, c, d] if keep == "first" else [a, c, b, d])
    assert len(writes(sandbox)) - sent == plan.calls == 1


async def test_a_plan_says_what_it_changes_and_changes_nothing(sandbox, client):
    tracks = sandbox.catalogue.tracks[:3]
    playlist = await playlist_of(client, [tracks[0].uri, tracks[1].uri, tracks[0].uri])
    plan = await plan_dedupe(client, playlist)
    text = str(plan)
    assert text.startswith(f"dedupe 'Mix' (spotify:playlist:{playlist}): 3 → 2 items\n")
    assert f"- 2: {', '.join(a.name for a in tracks[0].artists)} – {tracks[0].name} (same id as 0)" in text
    assert "1 call: replace all items by 2 items" in text
    assert "new date of adding" in text
    assert len(await uris_of(client, playlist)) == 3


async def test_a_playlist_without_duplicates_needs_no_call(sandbox, client):
    playlist = await playlist_of(client, [track.uri for track in sandbox.catalogue.tracks[:3]])
    plan = await plan_dedupe(client, playlist)
    sent = len(sandbox.requests)
    assert not plan
    assert "nothing to change" in str(plan)
    await plan.apply(client)
    assert len(sandbox.requests) == sent


async def test_duplicates_by_isrc_and_title_are_found_on_other_albums(sandbox, client):
    by_isrc = {}
    for track in sandbox.catalogue.tracks:
        by_isrc.setdefault(track.isrc, []).append(track)
    first, second = next(group for group in by_isrc.values() if len(group) > 1)[:2]
    playlist = await playlist_of(client, [first.uri, second.uri])
    assert not await plan_dedupe(client, playlist, by="id")
    assert (await plan_dedupe(client, playlist, by="isrc")).after == (first.uri,)
    assert (await plan_dedupe(client, playlist, by="title")).after == (first.uri,)


async def test_local_files_and_missing_items_stay(sandbox, client):
    mixed = sandbox.catalogue.mixed_playlist
    plan = await plan_dedupe(client, mixed.id)
    kept = [uri for uri in plan.before if not uri.startswith(("spotify:track:", "spotify:episode:"))]
    assert [uri for uri in plan.after if not uri.startswith(("spotify:track:", "spotify:episode:"))] == kept
    sorted_plan = await plan_sort(client, mixed.id, "name")
    await sorted_plan.apply(client)
    again = await plan_sort(client, mixed.id, "name")
    assert not again


@pytest.mark.parametrize("keep_dates", [False, True])
async def test_sorting_keeps_the_dates_if_that_is_required(sandbox, client, keep_dates):
    tracks = sandbox.catalogue.tracks[100:130]
    playlist = await playlist_of(client, [track.uri for track in tracks])
    plan = await plan_sort(client, playlist, "duration", reverse=True, keep_dates=keep_dates)
    await plan.apply(client)
    expected = [track.uri for track in sorted(tracks, key=lambda track: -track.duration_ms)]
    assert await uris_of(client, playlist) == expected
    assert plan.resets_dates is not keep_dates
    assert (plan.calls == 1) is not keep_dates


async def test_a_function_can_be_the_key(sandbox, client):
    uris = [track.uri for track in sandbox.catalogue.tracks[:5]]
    playlist = await playlist_of(client, uris)
    await (await plan_sort(client, playlist, lambda entry: entry.uri)).apply(client)
    assert await uris_of(client, playlist) == sorted(uris)


async def test_merging_adds_what_is_missing(sandbox, client):
    uris = [track.uri for track in sandbox.catalogue.tracks[:150]]
    target = await playlist_of(client, uris[:10], "Target")
    sources = [await playlist_of(client, uris[5:20], "One"), await playlist_of(client, uris[15:150], "Two")]
    plan = await plan_merge(client, target, sources)
    await plan.apply(client)
    assert await uris_of(client, target) == uris
    assert plan.calls == 2
    assert "10 items are in the playlist already" in str(plan)


async def test_merging_adds_duplicates_if_that_is_required(sandbox, client):
    uris = [track.uri for track in sandbox.catalogue.tracks[:3]]
    target = await playlist_of(client, uris)
    await (await plan_merge(client, target, [target], by=None)).apply(client)
    assert await uris_of(client, target) == uris * 2


async def test_a_copy_is_a_new_playlist(sandbox, client):
    uris = [track.uri for track in sandbox.catalogue.tracks[:120]]
    source = await playlist_of(client, uris)
    plan = await plan_copy(client, source, name="Copy")
    await plan.apply(client)
    assert plan.playlist != source
    assert await uris_of(client, plan.playlist) == uris
    assert (await client.playlists.get(plan.playlist)).name == "Copy"
    assert plan.calls == 3


async def test_a_copy_whose_creation_lost_its_response_is_created_once(sandbox, client):
    source = await playlist_of(client, [sandbox.catalogue.tracks[0].uri])
    plan = await plan_copy(client, source, name="Copy")
    sandbox.fail("create-playlist", Fault.reset(executed=True), times=1)
    await plan.apply(client)
    names = [playlist.name async for playlist in client.playlists.get_for_current_user()]
    assert names.count("Copy") == 1


async def test_a_difference_is_shown_and_applied(sandbox, client):
    a, b, c, d = (track.uri for track in sandbox.catalogue.tracks[:4])
    playlist, other = await playlist_of(client, [a, b, c]), await playlist_of(client, [c, d, a], "Other")
    plan = await plan_diff(client, playlist, other)
    assert [change[0] for change in plan.changes] == ["-", "+"]
    await plan.apply(client)
    assert await uris_of(client, playlist) == [c, d, a]
    assert not await plan_diff(client, playlist, other)


async def test_another_order_is_a_difference(sandbox, client):
    a, b = (track.uri for track in sandbox.catalogue.tracks[:2])
    plan = await plan_diff(client, await playlist_of(client, [a, b]), await playlist_of(client, [b, a]))
    assert plan.changes == ("the same items in another order",)


async def test_a_playlist_that_changed_is_not_touched(sandbox, client):
    a, b, c = (track.uri for track in sandbox.catalogue.tracks[:3])
    playlist = await playlist_of(client, [a, a, b])
    plan = await plan_dedupe(client, playlist)
    await client.playlists.add_items(playlist, [c])
    with pytest.raises(PlanOutdatedError, match="make a new plan"):
        await plan.apply(client)
    assert await uris_of(client, playlist) == [a, a, b, c]


async def test_a_change_that_leaves_the_items_does_not_outdate_a_plan(sandbox, client):
    a, b = (track.uri for track in sandbox.catalogue.tracks[:2])
    playlist = await playlist_of(client, [a, a, b])
    plan = await plan_dedupe(client, playlist)
    await client.playlists.change_details(playlist, name="Renamed")
    await plan.apply(client)
    assert await uris_of(client, playlist) == [a, b]


@pytest.mark.parametrize("stop_after", range(4))
async def test_a_plan_that_stopped_is_resumed_in_another_process(sandbox, client, tmp_path, stop_after):
    uris = [track.uri for track in sandbox.catalogue.tracks[:350]]
    target, source = await playlist_of(client, uris[:1]), await playlist_of(client, uris, "Source")
    plan = await plan_merge(client, target, [source])
    path, steps = tmp_path / "plan.json", []
    plan.save(path)
    sandbox.fail("add-items-to-playlist", Fault.status(400), after=stop_after, times=1)
    with pytest.raises(SpotifyError):
        await plan.apply(client, on_step=lambda plan: steps.append(plan.done))
    assert steps == list(range(1, stop_after + 1))
    resumed = Plan.load(path)  # as it was before the first call
    await resumed.apply(client)
    assert await uris_of(client, target) == uris
    assert sandbox.executions["add-items-to-playlist"] == 4 + 1 + 4


@pytest.mark.parametrize("executed", [True, False])
async def test_lost_responses_neither_double_nor_lose_items(sandbox, executed):
    uris = [track.uri for track in sandbox.catalogue.tracks[:250]]
    async with sandbox.client() as setup:
        target, source = await playlist_of(setup, uris[:1]), await playlist_of(setup, uris, "Source")
    async with sandbox.client() as plain:
        client = plain.with_options(write_settle_time=0.01)
        plan = await plan_merge(client, target, [source])
        sandbox.fail("add-items-to-playlist", Fault.reset(executed=executed), times=2)
        await plan.apply(client)
        assert await uris_of(client, target) == uris


async def test_progress_ends_at_the_number_of_calls(sandbox, client):
    uris = [track.uri for track in sandbox.catalogue.tracks[:250]]
    source, seen = await playlist_of(client, uris), []
    plan = await plan_copy(client, source)
    await plan.apply(client, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (4, 4)
    assert seen == sorted(seen)


async def test_the_playlist_of_another_user_in_development_mode_is_explained():
    async with SpotifySandbox(quota_mode="development") as sandbox, sandbox.client() as client:
        other = next(
            playlist
            for playlist in sandbox.catalogue.playlists
            if playlist.public
            and playlist.owner is not sandbox.catalogue.default_user
            and playlist.owner.id != "spotify"
            and not playlist.collaborative
        )
        with pytest.raises(
            ForbiddenError, match="only the owner and the collaborators of a playlist can read its items"
        ):
            await plan_copy(client, other.id)


@pytest.mark.parametrize("items", [None, 5, {"items": "x", "total": 2}])
async def test_a_playlist_without_a_readable_page_is_read_from_its_list(items):
    transport = FakeTransport()
    transport.answer("GET /playlists/{id}", json=payloads.playlist(items=items))
    page = payloads.page([payloads.playlist_item(item=payloads.track(number)) for number in (1, 1)])
    transport.answer("GET /playlists/{id}/items", json=page)
    async with AsyncSpotifyClient("token", transport=transport) as client:
        plan = await plan_dedupe(client, "1" * 22)

    assert (len(plan.before), plan.after) == (2, (payloads.track(1)["uri"],))


async def test_wrong_arguments_are_refused(client):
    with pytest.raises(ValueError, match="by must be one of"):
        await plan_dedupe(client, "0" * 22, by="name")
    with pytest.raises(ValueError, match="key must be one of"):
        await plan_sort(client, "0" * 22, "nmae")
    with pytest.raises(ValueError, match="at least one playlist"):
        await plan_merge(client, "0" * 22, [])
    with pytest.raises(TypeError, match="client must be an AsyncSpotifyClient"):
        await plan_copy("0" * 22, client)
    with pytest.raises(NotFoundError):
        await plan_copy(client, "0" * 22)


def test_a_file_that_is_no_plan_is_named(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text("{}")
    with pytest.raises(ValueError, match=r"plan\.json is not a plan of this version"):
        Plan.load(path)
