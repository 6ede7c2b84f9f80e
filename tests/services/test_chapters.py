"""Chapters of audiobooks. `test_catalogue_services` has the behaviour that services share."""

from __future__ import annotations

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import NotFoundError
from spotify.testing import SpotifySandbox


async def test_a_chapter_has_its_audiobook(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.chapters[3]

    chapter = await client.chapters.get(known.id)

    assert (chapter.name, chapter.chapter_number, chapter.duration_ms) == (known.name, known.number, known.duration_ms)
    assert chapter.audiobook is not None
    assert (chapter.audiobook.id, chapter.audiobook.name) == (known.audiobook.id, known.audiobook.name)


async def test_several_chapters_have_their_audiobooks(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    first, last = sandbox.catalogue.chapters[0], sandbox.catalogue.chapters[-1]

    chapters = await client.chapters.get_several([last.id, first.id])

    assert [chapter and chapter.audiobook and chapter.audiobook.id for chapter in chapters] == [
        last.audiobook.id,
        first.audiobook.id,
    ]


async def test_the_uri_of_a_response_is_accepted(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    chapter = await client.chapters.get(sandbox.catalogue.chapters[0].id)
    assert chapter.uri.startswith("spotify:episode:")

    assert await client.chapters.get(chapter.uri) == chapter


async def test_chapters_are_not_found_in_other_markets(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known_id = sandbox.catalogue.chapters[0].id

    with pytest.raises(NotFoundError):
        await client.chapters.get(known_id, market="DE")
    assert await client.chapters.get_several([known_id], market="DE") == [None]


async def test_the_resume_point_needs_a_scope(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known_id = sandbox.catalogue.chapters[0].id

    known = await client.chapters.get(known_id)
    async with sandbox.client(scopes=[]) as another:
        unknown = await another.chapters.get(known_id)

    assert known.resume_point is not None
    assert unknown.resume_point is None
