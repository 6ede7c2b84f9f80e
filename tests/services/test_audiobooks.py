"""Audiobooks. `test_catalogue_services` has the behaviour that services share."""

from __future__ import annotations

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import NotFoundError
from spotify.testing import SpotifySandbox


async def test_an_audiobook_has_its_details(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.audiobooks[2]

    book = await client.audiobooks.get(known.id)

    assert (book.name, book.edition) == (known.name, known.edition)
    assert tuple(author.name for author in book.authors) == known.authors
    assert tuple(narrator.name for narrator in book.narrators) == known.narrators


@pytest.mark.extended_only("publisher")
async def test_an_audiobook_has_its_publisher(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.audiobooks[2]

    assert (await client.audiobooks.get(known.id)).publisher == known.publisher


async def test_an_audiobook_has_the_first_page_of_its_chapters(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    known = sandbox.catalogue.long_audiobook

    book = await client.audiobooks.get(known.id)

    assert book.chapters is not None
    assert [chapter.id for chapter in book.chapters.items] == [chapter.id for chapter in known.chapters[:50]]
    assert (book.chapters.total, book.total_chapters) == (64, 64)


async def test_chapters_are_numbered_from_zero(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    chapters = [chapter async for chapter in client.audiobooks.get_chapters(sandbox.catalogue.long_audiobook.id)]

    assert [chapter.chapter_number for chapter in chapters] == list(range(64))


async def test_the_uri_of_a_response_is_accepted(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    book = await client.audiobooks.get(sandbox.catalogue.audiobooks[1].id)
    assert book.uri.startswith("spotify:show:")

    await client.audiobooks.save([book.uri])

    assert await client.audiobooks.check_saved([book.uri]) == [True]
    assert (await client.audiobooks.get(book.uri)).id == book.id


async def test_audiobooks_are_not_found_in_other_markets(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known_id = sandbox.catalogue.audiobooks[0].id

    with pytest.raises(NotFoundError):
        await client.audiobooks.get(known_id, market="DE")
    assert await client.audiobooks.get_several([known_id], market="DE") == [None]


async def test_an_application_needs_a_market(app_client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known_id = sandbox.catalogue.audiobooks[0].id

    with pytest.raises(NotFoundError):
        await app_client.audiobooks.get(known_id)
    assert (await app_client.audiobooks.get(known_id, market="GB")).id == known_id
