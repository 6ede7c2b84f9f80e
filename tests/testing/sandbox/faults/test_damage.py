"""Faults that change the response."""

from __future__ import annotations

import json

import pytest

from spotify.testing import Fault, SpotifySandbox
from spotify.testing.sandbox import Catalogue
from tests.support.sandbox_http import Caller, Reply


async def save(call: Caller) -> Reply:
    return await call("PUT", f"/me/library?uris=spotify:album:{call.sandbox.catalogue.albums[1].id}")


async def is_saved(call: Caller) -> bool:
    call.sandbox.clear_faults()
    reply = await call.get(f"/me/library/contains?uris=spotify:album:{call.sandbox.catalogue.albums[1].id}")
    return reply.json == [True]


class TestStatus:
    async def test_the_body_is_spotifys_error_object(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.status(503))

        reply = await call.get("/me")

        assert (reply.status, reply.json) == (503, {"error": {"status": 503, "message": "Service unavailable"}})
        assert "Retry-After" not in reply.headers

    async def test_message_and_reason_can_be_set(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.status(429, message="Enough", reason="QUOTA_EXCEEDED"))

        reply = await call.get("/me")

        assert reply.json == {"error": {"status": 429, "message": "Enough", "reason": "QUOTA_EXCEEDED"}}

    async def test_the_body_can_be_a_gateways_page(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.status(502, body="html"))

        reply = await call.get("/me")

        assert reply.headers["Content-Type"].startswith("text/html")
        assert reply.body.startswith(b"<!DOCTYPE html>")

    async def test_the_body_can_be_empty(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.status(500, body="empty"))

        assert (await call.get("/me")).body == b""

    async def test_the_token_endpoint_responds_with_an_oauth_error(self, call: Caller) -> None:
        call.sandbox.fail("POST /api/token", Fault.status(400, reason="invalid_grant", message="Token revoked"))

        async with call.session.post(f"{call.sandbox.accounts_url}/api/token") as response:
            assert response.status == 400
            assert await response.json() == {"error": "invalid_grant", "error_description": "Token revoked"}

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            (Fault.status(429, retry_after=2), "2"),
            (Fault.status(429, retry_after=0), "0"),
            (Fault.status(429, retry_after=1.5), "1.5"),
            (Fault.status(429, retry_after=-1), "-1"),
            (Fault.status(429, retry_after=10**30), str(10**30)),
            (Fault.status(429, retry_after="soon"), "soon"),
            (Fault.status(429, retry_after=30, retry_after_as="date"), "Mon, 02 Feb 2026 02:40:30 GMT"),
        ],
    )
    async def test_retry_after_can_have_any_value(self, call: Caller, fault: Fault, expected: str) -> None:
        call.sandbox.fail("*", fault)

        assert (await call.get("/me")).headers["Retry-After"] == expected

    async def test_an_error_does_not_execute_the_request(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.status(500))

        assert (await save(call)).status == 500

        assert not await is_saved(call)

    async def test_a_server_error_can_follow_the_execution(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.status(504, executed=True))

        assert (await save(call)).status == 504

        assert await is_saved(call)

    async def test_a_success_executes_the_request(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.status(202))

        reply = await save(call)

        assert (reply.status, reply.body) == (202, b"")
        assert await is_saved(call)

    @pytest.mark.parametrize("fault", [Fault.status(200), Fault.garbage("empty"), Fault.garbage("nulls")], ids=str)
    async def test_an_error_of_the_sandbox_never_becomes_a_success(self, call: Caller, fault: Fault) -> None:
        call.sandbox.fail("*", fault)

        assert (await call("PUT", "/me/library?uris=nonsense")).status == 400


class TestGarbage:
    async def garbage(self, call: Caller, fault: Fault) -> Reply:
        call.sandbox.fail("get-an-album", fault)
        reply = await call.get(f"/albums/{call.sandbox.catalogue.albums[0].id}")
        assert reply.status == 200
        return reply

    async def test_html(self, call: Caller) -> None:
        reply = await self.garbage(call, Fault.garbage("html"))

        assert reply.headers["Content-Type"].startswith("text/html")
        assert reply.body.startswith(b"<!DOCTYPE html>")

    async def test_empty(self, call: Caller) -> None:
        assert (await self.garbage(call, Fault.garbage("empty"))).body == b""

    async def test_an_error_object(self, call: Caller) -> None:
        reply = await self.garbage(call, Fault.garbage("error-object"))

        assert reply.json == {"error": {"status": 500, "message": "Server error"}}

    async def test_invalid_utf8_in_an_otherwise_valid_body(self, call: Caller) -> None:
        reply = await self.garbage(call, Fault.garbage("invalid-utf8"))

        with pytest.raises(UnicodeDecodeError):
            reply.body.decode()
        assert json.loads(reply.body.replace(b"\xff\xfe", b""))["id"] == call.sandbox.catalogue.albums[0].id

    async def test_truncated_json(self, call: Caller) -> None:
        reply = await self.garbage(call, Fault.garbage("broken-json"))

        with pytest.raises(json.JSONDecodeError):
            json.loads(reply.body)

    async def test_wrong_types(self, call: Caller) -> None:
        album = (await self.garbage(call, Fault.garbage("wrong-types"))).json

        assert (type(album["id"]), type(album["total_tracks"]), type(album["artists"])) == (int, dict, dict)

    async def test_nulls(self, call: Caller) -> None:
        album = (await self.garbage(call, Fault.garbage("nulls"))).json

        assert album["id"] is None
        assert set(album["artists"]) == {None}

    async def test_deep_nesting(self, call: Caller) -> None:
        body = (await self.garbage(call, Fault.garbage("deep-nesting"))).body

        assert body.count(b"[") + body.count(b"{") == body.count(b"]") + body.count(b"}") == 1_000

    async def test_the_depth_can_be_set(self, call: Caller) -> None:
        reply = await self.garbage(call, Fault.garbage("deep-nesting", size=3))

        assert reply.json == {"items": [{"items": 0}]}

    async def test_a_huge_number(self, call: Caller) -> None:
        reply = await self.garbage(call, Fault.garbage("huge-number"))

        assert b"9" * 10_000_000 in reply.body

    async def test_an_oversized_body_is_not_compressed(self, call: Caller) -> None:
        reply = await self.garbage(call, Fault.garbage("oversized", size=1_000_000))

        assert reply.headers["Content-Length"] == "1000000"
        assert reply.json["items"] == []

    async def test_a_gzip_bomb_is_small_on_the_wire(self, call: Caller) -> None:
        reply = await self.garbage(call, Fault.garbage("gzip-bomb", size=1_000_000))

        assert int(reply.headers["Content-Length"]) < 10_000
        assert len(reply.body) == 1_000_000

    async def test_garbage_executes_the_request_unless_the_fault_says_otherwise(self, call: Caller) -> None:
        call.sandbox.fail("PUT *", Fault.garbage("html", executed=False), times=1)
        await save(call)
        assert not await is_saved(call)

        call.sandbox.fail("PUT *", Fault.garbage("html"), times=1)
        await save(call)
        assert await is_saved(call)


class TestForeignHosts:
    async def test_a_redirect_keeps_path_and_query(self, call: Caller, sandbox: SpotifySandbox) -> None:
        sandbox.fail("*", Fault.redirect("https://elsewhere.example:8443", status=307))
        url = f"{sandbox.api_url}/me/tracks?limit=1"

        async with call.session.get(url, allow_redirects=False) as response:
            assert response.status == 307
            assert response.headers["Location"] == "https://elsewhere.example:8443/v1/me/tracks?limit=1"

    async def test_next_of_a_page_is_a_url_at_the_other_host(self, call: Caller, catalogue: Catalogue) -> None:
        call.sandbox.fail("*", Fault.foreign_next("https://elsewhere.example"))

        page = (await call.get(f"/albums/{catalogue.long_album.id}/tracks?limit=2")).json

        assert page["next"].startswith(f"https://elsewhere.example/v1/albums/{catalogue.long_album.id}/tracks?")
        assert [track["id"] for track in page["items"]] == [track.id for track in catalogue.long_album.tracks[:2]]

    async def test_nested_pages_are_changed(self, call: Caller, catalogue: Catalogue) -> None:
        call.sandbox.fail("*", Fault.foreign_next("https://elsewhere.example"))

        album = (await call.get(f"/albums/{catalogue.long_album.id}")).json

        assert album["tracks"]["next"].startswith("https://elsewhere.example/")

    async def test_the_last_page_is_changed(self, call: Caller) -> None:
        call.sandbox.fail("*", Fault.foreign_next("https://elsewhere.example"))

        page = (await call.get("/me/albums?offset=900")).json

        assert page["next"] == "https://elsewhere.example/v1/me/albums?offset=900"
