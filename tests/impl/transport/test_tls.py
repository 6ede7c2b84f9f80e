"""`AiohttpTransport` over TLS: CA files, contexts, client certificates; checked against servers on sockets."""

import ssl

import aiohttp
import pytest

from spotify import AiohttpTransport, AsyncSpotifyClient, ClientConfig, TransportError
from tests.support.tls_server import ALBUM, CertificateAuthority, https_server


@pytest.fixture
def authority(tmp_path):
    return CertificateAuthority(tmp_path)


async def album_from(origin, transport=None, **settings):
    config = ClientConfig(api_url=f"{origin}/v1", max_retries=0, **settings)
    async with AsyncSpotifyClient("t", config=config, transport=transport) as client:
        return (await client.albums.get(ALBUM["id"])).name


async def test_a_server_of_an_unknown_ca_is_refused(authority):
    async with https_server(authority.server_context()) as origin:
        with pytest.raises(TransportError, match=r"is not valid: unable to get.*; ca_file adds one") as caught:
            await album_from(origin)
    assert caught.value.sent is False


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_ca_file_is_trusted(authority, host):
    async with https_server(authority.server_context(), host=host) as origin:
        assert await album_from(origin, ca_file=authority.file) == ALBUM["name"]


async def test_a_ca_file_is_trusted_besides_the_others(authority, tmp_path, monkeypatch):
    other = CertificateAuthority(tmp_path, "other")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.file))
    async with https_server(other.server_context()) as origin:
        assert await album_from(origin, ca_file=str(authority.file)) == ALBUM["name"]


async def test_a_ca_file_in_the_environment_is_trusted(authority):
    config = ClientConfig.from_env({"SPOTIFY_CA_FILE": str(authority.file)})
    async with https_server(authority.server_context()) as origin:
        assert await album_from(origin, ca_file=config.ca_file) == ALBUM["name"]


@pytest.mark.parametrize(
    ("content", "problem"), [(None, "No such file"), ("no certificate", "it has no certificates in PEM format")]
)
def test_a_ca_file_that_cannot_be_used_is_refused_when_the_client_is_created(tmp_path, content, problem):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=f"ca_file '{path}.*cannot be used: {problem}"):
        AsyncSpotifyClient("t", config=ClientConfig(ca_file=path))


async def test_a_client_certificate_is_sent(authority, tmp_path):
    context = ssl.create_default_context(cafile=authority.file)
    context.load_cert_chain(*authority.client_files())
    server = authority.server_context(client_authority=authority)
    async with https_server(server) as origin:
        async with AiohttpTransport(ClientConfig(api_url=f"{origin}/v1"), ssl_context=context) as transport:
            assert await album_from(origin, transport) == ALBUM["name"]
        with pytest.raises(TransportError) as caught:
            await album_from(origin, ca_file=authority.file)
    assert "CERTIFICATE" in str(caught.value).upper() or "closed" in str(caught.value)


@pytest.mark.parametrize("options", [{"session": aiohttp.ClientSession}, {"connector": aiohttp.TCPConnector}])
async def test_a_context_is_used_with_factories_too(authority, options):
    context = ssl.create_default_context(cafile=authority.file)
    async with https_server(authority.server_context()) as origin:
        config = ClientConfig(api_url=f"{origin}/v1")
        async with AiohttpTransport(config, ssl_context=context, **options) as transport:
            assert await album_from(origin, transport) == ALBUM["name"]


def test_a_context_and_a_ca_file_exclude_each_other(authority):
    with pytest.raises(ValueError, match="pass ssl_context or ca_file, not both"):
        AiohttpTransport(ClientConfig(ca_file=authority.file), ssl_context=ssl.create_default_context())
    with pytest.raises(TypeError, match="ssl_context must be a SSLContext, not bool"):
        AiohttpTransport(ssl_context=False)
