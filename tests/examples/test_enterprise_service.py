"""The example of a service for two tenants: driven over HTTP, observed, and shut down under load."""

import asyncio
import json
import logging
import re
import ssl
from contextlib import asynccontextmanager

import aiohttp
import pytest

from examples import enterprise_service
from spotify.testing import Fault, SpotifySandbox

pytestmark = pytest.mark.slow


@asynccontextmanager
async def serving(**options):
    """The service over a sandbox; yields the sandbox, the service, a session and the tokens of the tenants."""
    async with SpotifySandbox(**options) as sandbox:
        user = sandbox.catalogue.default_user.id
        tokens = {tenant: sandbox.issue_token(user=user) for tenant in enterprise_service.TENANTS}
        async with (
            enterprise_service.running(sandbox, tokens) as service,
            aiohttp.ClientSession(service.url) as http,
        ):
            yield sandbox, service, http, tokens


async def fetched(http, path, **options):
    async with http.get(path, **options) as response:
        return response.status, await response.text(), response.headers


def test_the_demonstration_runs(capsys):
    enterprise_service.main()
    logging.getLogger("spotify").handlers.pop()
    logging.getLogger("spotify").setLevel(logging.NOTSET)
    out = capsys.readouterr().out
    confirmed, written = re.search(r"load: (\d+) writes confirmed, (\d+) in the playlist", out).groups()
    assert confirmed == written


async def test_the_service_is_observed_by_tenant_and_shows_no_secret(caplog):
    caplog.set_level(logging.DEBUG, "spotify")
    async with serving() as (sandbox, service, http, tokens):
        album = sandbox.catalogue.albums[0]
        sandbox.fail("get-an-album", Fault.status(503), times=1)
        status, body, headers = await fetched(http, f"/north/albums/{album.id}", headers={"X-Request-ID": "r-1"})
        assert (status, json.loads(body), headers["X-Request-ID"]) == (200, {"name": album.name}, "r-1")
        assert (await fetched(http, f"/south/albums/{'0' * 22}"))[0] == 404
        _status, metrics, _headers = await fetched(http, "/metrics")
        for path, expected in (("/health", 200), ("/ready", 200), (f"/east/albums/{album.id}", 404)):
            assert (await fetched(http, path))[0] == expected
        traces = "".join(span.to_json() for span in service.spans.get_finished_spans())
    assert 'spotify_retries_total{client="north",error="ServerError",operation="get-an-album"} 1.0' in metrics
    assert 'spotify_call_seconds_count{client="south",error="NotFoundError",operation="get-an-album"} 1.0' in metrics
    (retry,) = [record for record in caplog.records if record.msg.startswith("retry_scheduled")]
    line = json.loads(enterprise_service.JsonLines().format(retry))
    assert (line["request_id"], line["client"]) == ("r-1", "north")
    assert '"spotify.client.name": "south"' in traces
    logs = "".join(enterprise_service.JsonLines().format(record) for record in caplog.records)
    assert [token for token in tokens.values() if token in logs + traces + metrics] == []


async def test_the_broker_requires_a_client_certificate():
    async with serving() as (_sandbox, service, http, _tokens):
        settings = service.container.settings()
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with pytest.raises(aiohttp.ClientError):
            async with http.post(f"{settings.broker_url}/tokens/north", ssl=context) as response:
                await response.read()


async def test_no_write_is_in_doubt_after_a_shutdown_under_load():
    async with serving(latency=0.02) as (sandbox, service, http, _tokens):
        async with sandbox.client() as owner:
            playlist = await owner.playlists.create("Load")

        async def write(uri):
            try:
                async with http.post(f"/north/playlists/{playlist.id}/items", json=[uri]) as response:
                    return uri, response.status, await response.json()
            except aiohttp.ClientConnectionError:
                return uri, 0, {}

        uris = [track.uri for track in sandbox.catalogue.tracks[:150]]
        writes = [asyncio.create_task(write(uri)) for uri in uris]
        await asyncio.wait(writes, return_when=asyncio.FIRST_COMPLETED)
        service.server.should_exit = True
        outcomes = await asyncio.gather(*writes)
        await service.serving
        async with sandbox.client() as owner:
            written = {entry.item.uri async for entry in owner.playlists.get_items(playlist.id)}
    assert {uri for uri, status, _ in outcomes if status == 200} == written
    assert not any(body.get("may_have_been_executed") for _, _, body in outcomes)
    assert len(written) > 0
