"""Playlists: reading, creating, changing, following, covers."""

from __future__ import annotations

import base64

import pytest

from spotify.testing.sandbox import Catalogue
from tests.support.sandbox_http import Caller

JPEG = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"
JPEG_TYPE = {"Content-Type": "image/jpeg"}


async def test_a_playlist_has_items_and_tracks(call: Caller, catalogue: Catalogue) -> None:
    playlist = (await call.get(f"/playlists/{catalogue.big_playlist.id}?market=US")).json

    items, tracks = playlist["items"], playlist["tracks"]
    assert items["items"] == tracks["items"]
    assert len(items["items"]) == 100
    assert (items["total"], items["limit"]) == (5_000, 100)
    assert items["items"][0]["item"] == items["items"][0]["track"]
    assert items["next"].endswith("/items?offset=100&limit=100&market=US")
    assert tracks["next"].endswith("/tracks?offset=100&limit=100&market=US")


async def test_a_created_playlist_has_an_empty_list_of_images(call: Caller) -> None:
    assert (await call("POST", "/me/playlists", body={"name": "New"})).json["images"] == []


@pytest.mark.parametrize(
    ("detail", "status"),
    [
        ({"name": "n" * 200, "description": "d" * 300}, 200),
        ({"name": "n" * 201}, 400),
        ({"description": "d" * 301}, 500),
        ({"description": "one\nother"}, 500),
    ],
)
async def test_texts_of_playlists_are_checked_as_at_spotify(
    call: Caller, catalogue: Catalogue, detail: dict[str, str], status: int
) -> None:
    changed = await call("PUT", f"/playlists/{catalogue.empty_playlist.id}", body=detail)
    created = await call("POST", "/me/playlists", body={"name": "New", **detail})

    assert (changed.status, created.status) == (status, 201 if status == 200 else status)


async def test_an_empty_description_is_refused_in_a_change_only(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.empty_playlist.id}"

    assert (await call("PUT", path, body={"description": ""})).status == 400
    assert (await call("POST", "/me/playlists", body={"name": "New", "description": ""})).status == 201


async def test_descriptions_are_escaped_for_html(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.empty_playlist.id}"
    await call("PUT", path, body={"description": "A & B's <best>"})

    assert (await call.get(path)).json["description"] == "A &amp; B&#x27;s &lt;best&gt;"


async def test_a_local_file_cannot_be_removed(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.mixed_playlist
    local = next(entry.item.uri for entry in playlist.entries if entry.item and "local" in entry.item.uri)

    reply = await call("DELETE", f"/playlists/{playlist.id}/items", body={"items": [{"uri": local}]})

    assert (reply.status, reply.json["error"]["message"]) == (400, f"Invalid track uri: {local}")


async def test_the_owner_reads_a_private_playlist_after_unfollowing_it(call: Caller) -> None:
    playlist = (await call("POST", "/me/playlists", body={"name": "Mine", "public": False})).json
    await call("DELETE", f"/me/library?uris={playlist['uri']}")

    assert (await call.get(f"/playlists/{playlist['id']}")).status == 200
    assert (await call.get(f"/playlists/{playlist['id']}/items")).status == 200


async def test_the_links_of_a_playlist_are_accepted(unchecked_call: Caller) -> None:
    playlist = unchecked_call.sandbox.catalogue.big_playlist
    link = (await unchecked_call.get(f"/playlists/{playlist.id}")).json["items"]["next"]

    reply = await unchecked_call.get(link.partition("/v1")[2])

    assert (reply.status, reply.json["offset"], len(reply.json["items"])) == (200, 100, 100)


async def test_an_empty_playlist_has_no_images(call: Caller, catalogue: Catalogue) -> None:
    playlist = (await call.get(f"/playlists/{catalogue.empty_playlist.id}")).json

    assert playlist["images"] is None
    assert (await call.get(f"/playlists/{catalogue.empty_playlist.id}/images")).json == []


async def test_a_private_playlist_of_another_user_is_forbidden(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.foreign_private_playlist.id}"

    for url in (path, f"{path}/items", f"{path}/tracks", f"{path}/images"):
        assert (await call.get(url)).status == 403, url
        assert (await call.as_application().get(url)).status == 403, url


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("private_playlist", "playlist-read-private"),
        ("collaborative_playlist", "playlist-read-collaborative"),
    ],
)
async def test_reading_playlists_that_are_not_public_needs_a_scope(
    call: Caller, catalogue: Catalogue, name: str, scope: str
) -> None:
    playlist = getattr(catalogue, name)

    with_scope, without = call.acting(scopes=(scope,)), call.acting(scopes=())

    assert (await with_scope.get(f"/playlists/{playlist.id}")).status == 200
    assert (await without.get(f"/playlists/{playlist.id}")).status == 403
    assert playlist.id in {p["id"] for p in (await with_scope.get("/me/playlists?limit=50")).json["items"]}
    assert playlist.id not in {p["id"] for p in (await without.get("/me/playlists?limit=50")).json["items"]}


async def test_a_profile_lists_public_playlists_only(call: Caller, catalogue: Catalogue) -> None:
    owner = catalogue.foreign_private_playlist.owner
    path = f"/users/{owner.id}/playlists?limit=50"

    for_others = {p["id"] for p in (await call.get(path)).json["items"]}
    for_owner = {p["id"] for p in (await call.acting(user=owner.id).get(path)).json["items"]}

    assert for_others
    assert catalogue.foreign_private_playlist.id not in for_others
    assert catalogue.foreign_private_playlist.id in for_owner


async def test_a_new_playlist_is_empty_and_first_in_the_list(call: Caller) -> None:
    created = await call("POST", "/me/playlists", body={"name": "Fresh", "description": "Just made"})

    assert created.status == 201
    listed = (await call.get("/me/playlists?limit=1")).json["items"][0]
    assert (listed["id"], listed["name"], listed["public"]) == (created.json["id"], "Fresh", True)
    assert created.json["description"] == "Just made"
    assert created.json["items"]["items"] == []
    assert created.json["owner"]["id"] == call.sandbox.catalogue.default_user.id


@pytest.mark.parametrize(("public", "scope"), [(True, "playlist-modify-public"), (False, "playlist-modify-private")])
async def test_creating_a_playlist_needs_a_scope(call: Caller, public: bool, scope: str) -> None:
    body = {"name": "Fresh", "public": public}
    other_scope = {"playlist-modify-public": "playlist-modify-private"}.get(scope, "playlist-modify-public")

    assert (await call.acting(scopes=(scope,))("POST", "/me/playlists", body=body)).status == 201
    assert (await call.acting(scopes=(other_scope,))("POST", "/me/playlists", body=body)).status == 403


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Missing required field: name"),
        ({"name": ""}, "Missing required field: name"),
        ({"name": "x", "collaborative": True}, "Collaborative playlists can only be private."),
    ],
)
async def test_creating_an_invalid_playlist_is_an_error(call: Caller, body: object, message: str) -> None:
    reply = await call("POST", "/me/playlists", body=body)

    assert (reply.status, reply.message) == (400, message)


async def test_a_playlist_cannot_be_created_for_another_user(call: Caller, catalogue: Catalogue) -> None:
    reply = await call("POST", f"/users/{catalogue.users[3].id}/playlists", body={"name": "Gift"})

    assert (reply.status, reply.message) == (403, "You cannot create a playlist for another user.")


async def test_details_are_changed_separately(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.mixed_playlist.id}"
    before = (await call.get(f"{path}?fields=!items,tracks")).json

    assert (await call("PUT", path, body={"name": "Other"})).status == 200
    assert (await call("PUT", path, body={"public": False, "collaborative": True})).status == 200

    after = (await call.get(f"{path}?fields=!items,tracks")).json
    assert (after["name"], after["description"]) == ("Other", before["description"])
    assert (after["public"], after["collaborative"]) == (False, True)
    assert after["snapshot_id"] != before["snapshot_id"]


async def test_a_public_playlist_cannot_be_collaborative(call: Caller, catalogue: Catalogue) -> None:
    reply = await call("PUT", f"/playlists/{catalogue.mixed_playlist.id}", body={"collaborative": True})

    assert (reply.status, reply.message) == (400, "Collaborative playlists can only be private.")


@pytest.mark.parametrize(
    ("method", "subpath", "body"),
    [
        ("PUT", "", {"name": "Mine now"}),
        ("POST", "/items", {"uris": ["spotify:track:" + "0" * 22]}),
        ("PUT", "/items", {"uris": []}),
        ("PUT", "/tracks", {"range_start": 0, "insert_before": 1}),
        ("DELETE", "/items", {"items": [{"uri": "spotify:track:" + "0" * 22}]}),
    ],
)
async def test_a_playlist_of_another_user_cannot_be_changed(
    call: Caller, catalogue: Catalogue, method: str, subpath: str, body: object
) -> None:
    reply = await call(method, f"/playlists/{catalogue.foreign_playlist.id}{subpath}", body=body)

    assert reply.status == 403
    assert reply.message.endswith("a playlist you don't own.")


async def test_collaborators_can_change_items_but_not_details(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.collaborative_playlist
    collaborator = call.acting(user=catalogue.users[4].id)
    path, body = f"/playlists/{playlist.id}/items", {"uris": [catalogue.tracks[0].uri]}
    assert (await collaborator("POST", path, body=body)).status == 403

    await collaborator("PUT", f"/playlists/{playlist.id}/followers")

    assert (await collaborator("POST", path, body=body)).status == 201
    added = (await call.get(f"{path}?offset=30")).json["items"][0]
    assert added["added_by"]["id"] == catalogue.users[4].id
    assert (await collaborator("PUT", f"/playlists/{playlist.id}", body={"name": "Ours"})).status == 403


async def test_following_changes_the_follower_count_and_the_list(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.playlists[-1]
    path = f"/playlists/{playlist.id}"
    follower = call.acting(user=catalogue.users[3].id)

    async def followers() -> int:
        total: int = (await call.get(path)).json["followers"]["total"]
        return total

    before = await followers()
    await follower("PUT", f"{path}/followers")
    await follower("PUT", f"{path}/followers")
    assert await followers() == before + 1
    assert (await follower.get(f"{path}/followers/contains")).json == [True]
    assert (await call.get(f"{path}/followers/contains?ids={catalogue.users[3].id}")).json == [True]

    await follower("DELETE", f"{path}/followers")
    await follower("DELETE", f"{path}/followers")
    assert await followers() == before
    assert (await follower.get(f"{path}/followers/contains")).json == [False]


async def test_following_privately_is_visible_to_the_follower_only(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.playlists[-1].id}/followers"
    follower = call.acting(user=catalogue.users[3].id)

    await follower("PUT", path, body={"public": False})

    assert (await follower.get(f"{path}/contains")).json == [True]
    assert (await call.get(f"{path}/contains?ids={catalogue.users[3].id}")).json == [False]


@pytest.mark.parametrize(("public", "scope"), [(True, "playlist-modify-public"), (False, "playlist-modify-private")])
async def test_following_a_playlist_needs_a_scope(call: Caller, catalogue: Catalogue, public: bool, scope: str) -> None:
    path = f"/playlists/{catalogue.foreign_playlist.id}/followers"

    assert (await call.acting(scopes=(scope,))("PUT", path, body={"public": public})).status == 200
    assert (await call.acting(scopes=("user-top-read",))("PUT", path, body={"public": public})).status == 403


async def test_an_owner_deletes_a_playlist_by_unfollowing_it(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.mixed_playlist

    await call("DELETE", f"/playlists/{playlist.id}/followers")

    listed = (await call.get("/me/playlists?limit=50")).json["items"]
    assert playlist.id not in {listed_playlist["id"] for listed_playlist in listed}


async def test_an_uploaded_cover_replaces_the_image(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.mixed_playlist.id}/images"

    reply = await call("PUT", path, raw=base64.b64encode(JPEG), headers=JPEG_TYPE)

    assert (reply.status, reply.body) == (202, b"")
    (image,) = (await call.get(path)).json
    assert (image["width"], image["height"]) == (None, None)
    async with call.session.get(image["url"]) as response:
        assert (response.content_type, await response.read()) == ("image/jpeg", JPEG)


async def test_replaced_covers_are_removed_unless_another_playlist_has_them(call: Caller, catalogue: Catalogue) -> None:
    mixed, empty = catalogue.mixed_playlist, catalogue.empty_playlist
    urls = []
    for playlist, number in [(mixed, 1), (mixed, 2), (empty, 2), (mixed, 3)]:
        path = f"/playlists/{playlist.id}/images"
        await call("PUT", path, raw=base64.b64encode(JPEG + bytes([number])), headers=JPEG_TYPE)
        urls.append((await call.get(path)).json[0]["url"])

    statuses = []
    for url in urls:
        async with call.session.get(url) as response:
            statuses.append(response.status)

    assert statuses == [404, 200, 200, 200]


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (base64.b64encode(b"\xff\xd8\xff" + bytes(200_000)), "image/jpeg", 413),
        (JPEG, "image/jpeg", 400),
        (base64.b64encode(b"GIF89a"), "image/jpeg", 400),
        (base64.b64encode(JPEG), "image/png", 415),
    ],
    ids=["too large", "not base64", "not a JPEG", "another type"],
)
async def test_an_invalid_cover_is_an_error(unchecked_call: Caller, raw: bytes, content_type: str, status: int) -> None:
    path = f"/playlists/{unchecked_call.sandbox.catalogue.mixed_playlist.id}/images"

    reply = await unchecked_call("PUT", path, raw=raw, headers={"Content-Type": content_type})

    assert reply.status == status


async def test_uploading_a_cover_needs_both_scopes(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.mixed_playlist.id}/images"
    raw = base64.b64encode(JPEG)

    for scopes in (("ugc-image-upload",), ("playlist-modify-public",)):
        assert (await call.acting(scopes=scopes)("PUT", path, raw=raw, headers=JPEG_TYPE)).status == 403
    both = call.acting(scopes=("ugc-image-upload", "playlist-modify-public"))
    assert (await both("PUT", path, raw=raw, headers=JPEG_TYPE)).status == 202


async def test_a_privately_followed_playlist_is_not_on_the_profile(call: Caller, catalogue: Catalogue) -> None:
    playlist, follower = catalogue.big_playlist, catalogue.users[3]
    await call.acting(user=follower.id)("PUT", f"/playlists/{playlist.id}/followers", body={"public": False})

    profile = (await call.get(f"/users/{follower.id}/playlists?limit=50")).json["items"]

    assert playlist.id not in {listed["id"] for listed in profile}


async def test_creating_a_collaborative_playlist_needs_both_scopes(call: Caller) -> None:
    body = {"name": "Ours", "public": False, "collaborative": True}
    both = ("playlist-modify-private", "playlist-modify-public")

    assert (await call.acting(scopes=both[:1])("POST", "/me/playlists", body=body)).status == 403
    assert (await call.acting(scopes=both)("POST", "/me/playlists", body=body)).status == 201


async def test_making_a_playlist_public_needs_both_scopes(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.private_playlist.id}"
    both = ("playlist-modify-private", "playlist-modify-public")

    assert (await call.acting(scopes=both[:1])("PUT", path, body={"public": True})).status == 403
    assert (await call.acting(scopes=both)("PUT", path, body={"public": True})).status == 200
