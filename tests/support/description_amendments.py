"""Where Spotify's real answers differ from the API description, one named amendment each.

The description is taken as it is but for these. An amendment changes the loaded document in place.
It fails when what it mends is not there any more, so that a newer description shows at once.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Document = dict[str, Any]
Schema = dict[str, Any]

#: Marks an operation that wants its `ids` in the query or in the body, one of them at least.
IDS_IN_QUERY_OR_BODY = "x-ids-in-query-or-body"

SCHEMA_REFERENCE = "#/components/schemas/"


def nullable(schema: Schema) -> Schema:
    """Return a schema that accepts what `schema` accepts, and null.

    `nullable: true` beside `allOf` or `$ref` means nothing in OpenAPI 3.0, hence the `anyOf`.
    """
    return {"anyOf": [{"enum": [None]}, schema]}


def amend(document: Document) -> None:
    """Apply every amendment to the loaded description."""
    for amendment in AMENDMENTS:
        amendment(document)


def _schema(document: Document, name: str) -> Schema:
    schema: Schema = document["components"]["schemas"][name]
    return schema


def _properties(document: Document, name: str) -> dict[str, Schema]:
    """Return the properties of a schema, its own or those of the inline part of its `allOf`."""
    schema = _schema(document, name)
    parts = [schema, *schema.get("allOf", [])]
    own: dict[str, Schema] = next(part["properties"] for part in parts if "properties" in part)
    return own


def _make_nullable(document: Document, name: str, *fields: str) -> None:
    properties = _properties(document, name)
    for field in fields:
        properties[field] = nullable(properties[field])


def _operations(document: Document) -> Iterator[Document]:
    for item in document["paths"].values():
        yield from item.values()


def _operation(document: Document, operation_id: str) -> Document:
    return next(found for found in _operations(document) if found["operationId"] == operation_id)


def _subschemas(node: object) -> Iterator[Schema]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _subschemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from _subschemas(value)


# What the description says and Spotify does not do.


def chapters_are_of_type_chapter(document: Document) -> None:
    """The description gives a chapter's `type` as `episode`."""
    kind = _properties(document, "ChapterBase")["type"]
    assert kind["enum"] == ["episode"]
    kind["enum"] = ["chapter"]


def actions_are_nested(document: Document) -> None:
    """The player's `actions` hold their flags in `disallows`; the description has them flat."""
    for name in ("CurrentlyPlayingContextObject", "CurrentlyPlayingObject"):
        properties = _properties(document, name)
        flags = properties["actions"]["allOf"][0]
        properties["actions"] = {
            "type": "object",
            "required": ["disallows"],
            "properties": {"disallows": flags},
        }


def cursor_pages_end(document: Document) -> None:
    """The last cursor page has a null `next`; its `cursors`, or their members, may be null."""
    _make_nullable(document, "CursorPagingObject", "next", "cursors")
    _make_nullable(document, "CursorObject", "after", "before")


def library_errors_are_wrapped(document: Document) -> None:
    """The 400 of `/me/library` lacks the `error` member that every error has."""
    for operation_id in ("save-library-items", "remove-library-items", "check-library-contains"):
        responses = _operation(document, operation_id)["responses"]
        described = responses["400"]["content"]["application/json"]["schema"]
        assert described == {"$ref": f"{SCHEMA_REFERENCE}ErrorObject"}
        responses["400"] = document["components"]["responses"]["BadRequest"]


def discriminators_have_a_mapping(document: Document) -> None:
    """Without a mapping, `track` would have to be the name of a schema; it is `TrackObject`."""
    mapping = {
        "track": f"{SCHEMA_REFERENCE}TrackObject",
        "episode": f"{SCHEMA_REFERENCE}EpisodeObject",
    }
    found = [s for s in _subschemas(document["components"]) if "propertyName" in s]
    assert found
    for discriminator in found:
        assert "mapping" not in discriminator
        discriminator["mapping"] = dict(mapping)


def ids_are_wanted_once(document: Document) -> None:
    """`ids` is given as required in the query and in the body; either is enough."""
    for operation_id in ("follow-artists-users", "save-episodes-user"):
        operation = _operation(document, operation_id)
        ids = next(found for found in operation["parameters"] if found.get("name") == "ids")
        assert ids["required"] is True
        ids["required"] = False
        operation[IDS_IN_QUERY_OR_BODY] = True


def deprecated_properties_are_optional(document: Document) -> None:
    """What is deprecated no longer comes in development mode, even where it is `required`."""
    for schema in document["components"]["schemas"].values():
        parts = [schema, *schema.get("allOf", [])]
        deprecated = {
            name for part in parts for name, value in part.get("properties", {}).items() if value.get("deprecated")
        }
        for part in parts:
            if "required" in part:
                part["required"] = [name for name in part["required"] if name not in deprecated]


def external_ids_are_optional(document: Document) -> None:
    """Development mode took `external_ids` away and brought it back: presence is not promised."""
    _schema(document, "AlbumObject")["required"].remove("external_ids")


# The description knows development mode's bounds only.


def extended_quota_has_longer_pages(document: Document) -> None:
    """Extended quota still serves 50 search results, and 50 albums of an artist, a page."""
    for operation_id in ("search", "get-an-artists-albums"):
        parameters = _operation(document, operation_id)["parameters"]
        limit = next(found for found in parameters if found.get("name") == "limit")
        assert limit["schema"]["maximum"] == 10
        limit["schema"]["maximum"] = 50


# What the description's prose says and its schemas leave out.


def prose_says_null(document: Document) -> None:
    """Fields whose text says that they can be null while their schema does not."""
    _make_nullable(document, "CurrentlyPlayingContextObject", "context", "item", "progress_ms")
    _make_nullable(document, "CurrentlyPlayingObject", "context", "item", "progress_ms")
    _make_nullable(document, "QueueObject", "currently_playing")
    _make_nullable(document, "PlaylistObject", "description", "public")
    _make_nullable(document, "SimplifiedPlaylistObject", "description", "public")
    _make_nullable(document, "PlaylistTrackObject", "added_at", "added_by")
    _make_nullable(document, "PrivateUserObject", "display_name")
    _make_nullable(document, "RecommendationSeedObject", "href")
    _make_nullable(document, "ShowBase", "is_externally_hosted")


# What real answers hold.


def nothing_playing_is_no_content(document: Document) -> None:
    """`GET /me/player/currently-playing` answers 204 when nothing plays, like `/me/player`."""
    responses = _operation(document, "get-the-users-currently-playing-track")["responses"]
    assert "204" not in responses
    responses["204"] = {"description": "Nothing is playing"}


def tracks_are_heard_without_context(document: Document) -> None:
    """A track that was started by itself has `context: null` in the history, as it has while it plays."""
    _make_nullable(document, "PlayHistoryObject", "context")


def batches_answer_null_for_unknown_ids(document: Document) -> None:
    """A GET with `ids` answers in order, with null in the place of an id that is not known."""
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
        # A copy: top tracks and related artists share some of these, and never hold null.
        response = deepcopy(responses[name])
        (entries,) = response["content"]["application/json"]["schema"]["properties"].values()
        entries["items"] = nullable(entries["items"])
        operation["responses"]["200"] = response


def search_pages_hold_null(document: Document) -> None:
    """Search pages hold null items, playlists above all."""
    found = document["components"]["responses"]["SearchItems"]
    pages = found["content"]["application/json"]["schema"]["properties"]
    for name, reference in pages.items():
        page = deepcopy(_schema(document, reference["$ref"].rpartition("/")[2]))
        entries = page["allOf"][1]["properties"]["items"]
        entries["items"] = nullable(entries["items"])
        pages[name] = page


def playlist_entries_can_be_gone(document: Document) -> None:
    """An entry's item is null when it has left the catalogue."""
    _make_nullable(document, "PlaylistTrackObject", "item", "track")


def playlist_entries_can_be_local_files(document: Document) -> None:
    """A local file is a track without id and link; its album and artists are names at most."""
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
        discriminator = next(s for s in _subschemas(entry[name]) if "mapping" in s)
        discriminator["mapping"]["track"] = f"{SCHEMA_REFERENCE}TrackOrLocalTrackObject"


def images_can_be_null(document: Document) -> None:
    """A playlist without a cover, or a user without a picture, has `images: null`."""
    for name in (
        "PlaylistObject",
        "SimplifiedPlaylistObject",
        "PrivateUserObject",
        "PublicUserObject",
    ):
        _make_nullable(document, name, "images")


AMENDMENTS: tuple[Callable[[Document], None], ...] = (
    chapters_are_of_type_chapter,
    actions_are_nested,
    cursor_pages_end,
    library_errors_are_wrapped,
    discriminators_have_a_mapping,
    ids_are_wanted_once,
    deprecated_properties_are_optional,
    external_ids_are_optional,
    extended_quota_has_longer_pages,
    prose_says_null,
    nothing_playing_is_no_content,
    tracks_are_heard_without_context,
    batches_answer_null_for_unknown_ids,
    search_pages_hold_null,
    playlist_entries_can_be_gone,
    playlist_entries_can_be_local_files,
    images_can_be_null,
)
