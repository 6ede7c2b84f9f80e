"""Corrections of the contract where Spotify's real responses differ, one function each.

An amendment changes the loaded document in place. It raises if the part that it corrects is missing, so that a newer
description that no longer needs it is noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, Final

from tests.contract.document import SCHEMA_REFERENCE, Schema

Document = dict[str, Any]

#: Marks an operation that requires `ids` in the query or in the body.
IDS_IN_QUERY_OR_BODY: Final = "x-ids-in-query-or-body"


def nullable(schema: Schema) -> Schema:
    """Return a schema that accepts what `schema` accepts, and null.

    `nullable: true` beside `allOf` or `$ref` means nothing in OpenAPI 3.0, hence the `anyOf`.
    """
    return {"anyOf": [{"enum": [None]}, schema]}


def amend(document: Document) -> None:
    """Apply every amendment."""
    for amendment in AMENDMENTS:
        amendment(document)


def _schema(document: Document, name: str) -> Schema:
    schema: Schema = document["components"]["schemas"][name]
    return schema


def _properties(document: Document, name: str) -> dict[str, Schema]:
    """Return the properties of a schema, or those of the inline part of its `allOf`."""
    schema = _schema(document, name)
    parts = [schema, *schema.get("allOf", [])]
    properties: dict[str, Schema] = next(part["properties"] for part in parts if "properties" in part)
    return properties


def _make_nullable(document: Document, name: str, *fields: str) -> None:
    properties = _properties(document, name)
    for field in fields:
        properties[field] = nullable(properties[field])


def _operations(document: Document) -> Iterator[Document]:
    for item in document["paths"].values():
        yield from item.values()


def _operation(document: Document, operation_id: str) -> Document:
    return next(operation for operation in _operations(document) if operation["operationId"] == operation_id)


def _subschemas(node: object) -> Iterator[Schema]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _subschemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from _subschemas(value)


def chapters_are_of_type_chapter(document: Document) -> None:
    """A chapter's `type` is `chapter`, in the contract `episode`."""
    kind = _properties(document, "ChapterBase")["type"]
    assert kind["enum"] == ["episode"]
    kind["enum"] = ["chapter"]


def actions_are_nested(document: Document) -> None:
    """The player's `actions` have their flags in `disallows`. In the contract they are in `actions` itself."""
    for name in ("CurrentlyPlayingContextObject", "CurrentlyPlayingObject"):
        properties = _properties(document, name)
        flags = properties["actions"]["allOf"][0]
        properties["actions"] = {
            "type": "object",
            "required": ["disallows"],
            "properties": {"disallows": flags},
        }


def last_cursor_pages_have_null(document: Document) -> None:
    """On the last cursor page `next` is null, and `cursors` or its members may be null."""
    _make_nullable(document, "CursorPagingObject", "next", "cursors")
    _make_nullable(document, "CursorObject", "after", "before")


def library_errors_are_wrapped(document: Document) -> None:
    """A 400 of `/me/library` has the `error` member that every error has. It is missing in the contract."""
    for operation_id in ("save-library-items", "remove-library-items", "check-library-contains"):
        responses = _operation(document, operation_id)["responses"]
        schema = responses["400"]["content"]["application/json"]["schema"]
        assert schema == {"$ref": f"{SCHEMA_REFERENCE}ErrorObject"}
        responses["400"] = document["components"]["responses"]["BadRequest"]


def discriminators_have_a_mapping(document: Document) -> None:
    """The values of discriminators are not schema names: the schema of `track` is `TrackObject`."""
    mapping = {
        "track": f"{SCHEMA_REFERENCE}TrackObject",
        "episode": f"{SCHEMA_REFERENCE}EpisodeObject",
    }
    discriminators = [schema for schema in _subschemas(document["components"]) if "propertyName" in schema]
    assert discriminators
    for discriminator in discriminators:
        assert "mapping" not in discriminator
        discriminator["mapping"] = dict(mapping)


def ids_are_required_once(document: Document) -> None:
    """`ids` is required in the query or in the body, in the contract in both."""
    for operation_id in ("follow-artists-users", "save-episodes-user"):
        operation = _operation(document, operation_id)
        ids = next(parameter for parameter in operation["parameters"] if parameter.get("name") == "ids")
        assert ids["required"] is True
        ids["required"] = False
        operation[IDS_IN_QUERY_OR_BODY] = True


def deprecated_properties_are_optional(document: Document) -> None:
    """Deprecated members are missing in development mode, including required ones."""
    for schema in document["components"]["schemas"].values():
        parts = [schema, *schema.get("allOf", [])]
        deprecated = {
            name for part in parts for name, value in part.get("properties", {}).items() if value.get("deprecated")
        }
        for part in parts:
            if "required" in part:
                part["required"] = [name for name in part["required"] if name not in deprecated]


def external_ids_are_optional(document: Document) -> None:
    """`external_ids` was removed in development mode and added again. It can be missing."""
    _schema(document, "AlbumObject")["required"].remove("external_ids")


def extended_quota_has_longer_pages(document: Document) -> None:
    """In extended quota a page has up to 50 search results or albums of an artist, in the contract 10."""
    for operation_id in ("search", "get-an-artists-albums"):
        parameters = _operation(document, operation_id)["parameters"]
        limit = next(parameter for parameter in parameters if parameter.get("name") == "limit")
        assert limit["schema"]["maximum"] == 10
        limit["schema"]["maximum"] = 50


def members_can_be_null(document: Document) -> None:
    """Members that Spotify documents as nullable, and whose schemas are not."""
    _make_nullable(document, "CurrentlyPlayingContextObject", "context", "item", "progress_ms")
    _make_nullable(document, "CurrentlyPlayingObject", "context", "item", "progress_ms")
    _make_nullable(document, "QueueObject", "currently_playing")
    _make_nullable(document, "PlaylistObject", "description", "public")
    _make_nullable(document, "SimplifiedPlaylistObject", "description", "public")
    _make_nullable(document, "PlaylistTrackObject", "added_at", "added_by")
    _make_nullable(document, "PrivateUserObject", "display_name")
    _make_nullable(document, "RecommendationSeedObject", "href")
    _make_nullable(document, "ShowBase", "is_externally_hosted")


def nothing_playing_is_no_content(document: Document) -> None:
    """The status is 204 if nothing is playing, as for `/me/player`."""
    responses = _operation(document, "get-the-users-currently-playing-track")["responses"]
    assert "204" not in responses
    responses["204"] = {}


def history_can_lack_context(document: Document) -> None:
    """`context` is null in the history of a track that was started without one, as it is while the track plays."""
    _make_nullable(document, "PlayHistoryObject", "context")


def batches_have_null_for_unknown_ids(document: Document) -> None:
    """A response to `ids` is in the order of the ids, with null for an unknown id."""
    responses = document["components"]["responses"]
    for operation_id in (
        "get-multiple-albums",
        "get-multiple-artists",
        "get-multiple-audiobooks",
        "get-several-chapters",
        "get-multiple-episodes",
        "get-multiple-shows",
        "get-several-tracks",
        "get-several-audio-features",
    ):
        operation = _operation(document, operation_id)
        name = operation["responses"]["200"]["$ref"].rpartition("/")[2]
        # A copy: top tracks and related artists have some of the same responses, without null.
        response = deepcopy(responses[name])
        (entries,) = response["content"]["application/json"]["schema"]["properties"].values()
        entries["items"] = nullable(entries["items"])
        operation["responses"]["200"] = response


def search_pages_have_null(document: Document) -> None:
    """Pages of search results can have null items, most often playlists."""
    response = document["components"]["responses"]["SearchItems"]
    pages = response["content"]["application/json"]["schema"]["properties"]
    for name, reference in pages.items():
        page = deepcopy(_schema(document, reference["$ref"].rpartition("/")[2]))
        entries = page["allOf"][1]["properties"]["items"]
        entries["items"] = nullable(entries["items"])
        pages[name] = page


def playlist_items_can_be_null(document: Document) -> None:
    """The item of a playlist entry is null if it was removed from the catalogue."""
    _make_nullable(document, "PlaylistTrackObject", "item", "track")


def playlist_items_can_be_local_files(document: Document) -> None:
    """A local file is a track without an id and a link. Its album and its artists have at most a name."""
    album = deepcopy(_schema(document, "AlbumBase"))
    del album["required"]
    for name in ("album_type", "href", "id", "release_date", "release_date_precision", "uri"):
        album["properties"][name] = nullable(album["properties"][name])
    track = deepcopy(_schema(document, "TrackObject"))
    properties = track["properties"]
    for name in ("href", "id"):
        properties[name] = nullable(properties[name])
    properties["album"] = nullable(album)
    artist = deepcopy(_schema(document, "SimplifiedArtistObject"))
    for name in ("href", "id", "uri"):
        artist["properties"][name] = nullable(artist["properties"][name])
    properties["artists"]["items"] = artist
    properties["is_local"] = {"enum": [True]}
    properties["uri"] = {"type": "string", "pattern": "^spotify:local:"}
    track["required"] = ["is_local", "uri"]
    schemas = document["components"]["schemas"]
    schemas["LocalTrackObject"] = track
    schemas["TrackOrLocalTrackObject"] = {
        "anyOf": [
            {"$ref": f"{SCHEMA_REFERENCE}TrackObject"},
            {"$ref": f"{SCHEMA_REFERENCE}LocalTrackObject"},
        ]
    }
    entry = _properties(document, "PlaylistTrackObject")
    for name in ("item", "track"):
        discriminator = next(schema for schema in _subschemas(entry[name]) if "mapping" in schema)
        discriminator["mapping"]["track"] = f"{SCHEMA_REFERENCE}TrackOrLocalTrackObject"


def images_can_be_null(document: Document) -> None:
    """`images` is null for a playlist without a cover and for a user without a picture."""
    for name in (
        "PlaylistObject",
        "SimplifiedPlaylistObject",
        "PrivateUserObject",
        "PublicUserObject",
    ):
        _make_nullable(document, name, "images")


_GUIDE = "https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide"

#: Where the real responses were seen, by amendment. These are also the deviations of the sandbox from the contract.
EVIDENCE: dict[Callable[[Document], None], str] = {
    chapters_are_of_type_chapter: "https://github.com/JohnnyCrazy/SpotifyAPI-NET/issues/997",
    actions_are_nested: "https://github.com/thelinmichael/spotify-web-api-node/issues/277",
    last_cursor_pages_have_null: "https://github.com/spotify/web-api/issues/429",
    library_errors_are_wrapped: "https://developer.spotify.com/documentation/web-api/concepts/api-calls",
    discriminators_have_a_mapping: "https://spec.openapis.org/oas/v3.0.3#discriminator-object",
    ids_are_required_once: "https://github.com/jwilsson/spotify-web-api-php/issues/278",
    deprecated_properties_are_optional: _GUIDE,
    external_ids_are_optional: f"{_GUIDE}, and Spotify's changelog of March 2026, which brings them back",
    extended_quota_has_longer_pages: _GUIDE,
    members_can_be_null: "https://developer.spotify.com/documentation/web-api/reference: the text of each member",
    nothing_playing_is_no_content: "https://github.com/spotify/web-api/issues/708",
    history_can_lack_context: "https://github.com/spotify/web-api/issues/966",
    batches_have_null_for_unknown_ids: "https://github.com/JohnnyCrazy/SpotifyAPI-NET/issues/834",
    search_pages_have_null: "https://github.com/es3n1n/nowplaying/pull/22 and reports since November 2024",
    playlist_items_can_be_null: "https://github.com/spotify/web-api/issues/214",
    playlist_items_can_be_local_files: "https://github.com/spotify/web-api/issues/612",
    images_can_be_null: "https://github.com/felix-hilden/tekore/pull/309 and https://github.com/home-assistant/core/issues/177215",
}

AMENDMENTS: tuple[Callable[[Document], None], ...] = tuple(EVIDENCE)
