"""`AiohttpTransport` with peers that are no HTTP servers, invalid proxies, and a hostile environment."""

import asyncio
import base64
import os
from pathlib import Path

import aiohttp
import pytest

from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.errors import TransportError, TransportTimeoutError
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.transport import HttpRequest
from tests.support.error_text import all_text_of
from tests.support.hostile_server import answering
from tests.support.raw_server import raw_server
from tests.support.scarce_resources import no_free_descriptors

NO_HTTP = {
    "HTTP/0.9": b"<html>hello</html>\r\n\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "TLS alert": b"\x15\x03\x01\x00\x02\x02\x46\r\n\r\n",
    "all bytes": bytes(range(256)) + b"\r\n\r\n",
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "invalid chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "status of two digits": b"HTTP/1.1 99 X\r\n\r\n",
    "endless header": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
}
API = "https://api.example.com/v1"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, tmp_path):
    """Remove proxies from the environment; the home directory is empty."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("NETRC", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)


async def send(api_url, *, authorization="HUSH-token", seconds=10.0, session=None, **settings):
    """Send one request with a new transport."""
    transport = AiohttpTransport(ClientConfig(api_url=api_url, **settings), session=session)
    secret = None if authorization is None else Secret(authorization)
    try:
        return await transport.send(
            HttpRequest(method="GET", url=f"{api_url}/x", authorization=secret, timeout=seconds)
        )
    finally:
        await transport.close()


async def error_of(call):
    """Return the error of a call, which does not hang or show a secret."""
    with pytest.raises(TransportError) as caught:
        await asyncio.wait_for(call, 20)
    assert "HUSH" not in all_text_of(caught.value)
    return caught.value


@pytest.mark.parametrize("peer", NO_HTTP)
async def test_a_server_that_does_not_send_http_is_an_error_with_its_host(peer):
    async with answering(NO_HTTP[peer]) as address:
        error = await error_of(send(f"http://{address}/v1"))
    assert "The response from 127.0.0.1 is not valid HTTP" in str(error)
    assert error.sent is True


@pytest.mark.parametrize("peer", NO_HTTP)
async def test_a_proxy_that_does_not_send_http_is_an_error_with_its_address(peer):
    async with answering(NO_HTTP[peer]) as address:
        error = await error_of(send(API, proxy=f"http://user:HUSH@{address}"))
    assert f"the response of the proxy {address} for api.example.com is not valid HTTP" in str(error)
    assert error.sent is False


async def test_a_proxy_that_requires_a_password_is_an_error_that_says_so():
    async with answering(b"HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n") as address:
        error = await error_of(send(API, proxy=f"http://user:HUSH@{address}"))
    assert f"the proxy {address} for api.example.com answered with status 407" in str(error)
    assert "check the user and the password" in str(error)


async def test_a_silent_proxy_is_a_timeout_with_its_address():
    async with answering(b"") as address:
        error = await error_of(send(API, proxy=f"http://user:HUSH@{address}", seconds=0.05))
    assert isinstance(error, TransportTimeoutError)
    assert f"through the proxy {address}" in str(error)


async def test_an_unknown_proxy_is_named_instead_of_the_host():
    error = await error_of(send(API, proxy="http://user:HUSH@nowhere.invalid:1"))
    assert "Could not resolve the proxy nowhere.invalid:1 for api.example.com" in str(error)


@pytest.mark.parametrize(
    "value",
    [
        "HUSH",
        "://HUSH",
        "http://",
        "ftp://HUSH",
        "socks5://u:HUSH@127.0.0.1:1",
        "http://u:HUSH@ss:99999999",
        "http://u:HUSH@127.0.0.1:x",
        "http://[::1HUSH",
        "HUSH\udcff",
        "http://u:HUSHé@127.0.0.1:1",
        "http://u:HUSH%0a@127.0.0.1:1",
        "http://u:HUSH%E2%82%AC@127.0.0.1:1",
        "http://u%3A:HUSH@127.0.0.1:1",
        f"http://u:HUSH@{'a' * 300}:80",
        "http://u:HUSH@a..b:80",
        "127.0.0.1:1",
    ],
)
async def test_a_variable_that_is_no_proxy_is_an_error_with_its_name(value, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", value)
    error = await error_of(send(API, trust_env=True))
    assert "HTTPS_PROXY" in str(error)
    assert "trust_env" in str(error)
    assert error.sent is False


async def test_the_environment_is_not_used_unless_it_is_trusted(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "nonsense")
    async with raw_server() as server:
        assert (await send(server.origin)).status == 200


@pytest.mark.parametrize("bypass", ["127.0.0.1", "*", "\udcff,[,127.0.0.1"])
async def test_hosts_in_no_proxy_have_no_proxy(bypass, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "nonsense")
    monkeypatch.setenv("NO_PROXY", bypass)
    async with raw_server() as server:
        assert (await send(server.origin, trust_env=True)).status == 200


NETRC = "machine 127.0.0.1 login ana password HUSH\ndefault login other password HUSH\n"


@pytest.mark.parametrize("authorization", ["HUSH-token", None])
async def test_entries_of_netrc_are_not_sent_to_spotify(authorization, tmp_path):
    (tmp_path / ".netrc").write_text(NETRC)
    async with raw_server() as server:
        await send(server.origin, authorization=authorization, trust_env=True)
    sent = [value for name, value in server.requests[0].headers if name == "authorization"]
    assert sent == ([] if authorization is None else [authorization])


@pytest.mark.parametrize("place", ["url", "home", "variable"])
async def test_the_credentials_of_a_proxy_are_sent_to_it(place, tmp_path, monkeypatch):
    path = tmp_path / ("other" if place == "variable" else ".netrc")
    path.write_text("machine 127.0.0.1 login ana password é@:/%\n" if place != "url" else "malformed")
    if place == "variable":
        monkeypatch.setenv("NETRC", str(path))
    async with raw_server() as server:
        credentials = "ana:%C3%A9%40%3A%2F%25@" if place == "url" else ""
        monkeypatch.setenv("HTTP_PROXY", server.origin.replace("//", f"//{credentials}"))
        await send("http://127.0.0.1:9", trust_env=True)
    sent = dict(server.requests[0].headers)
    assert base64.b64decode(sent["proxy-authorization"].removeprefix("Basic ")).decode("latin-1") == "ana:é@:/%"
    assert sent["authorization"] == "HUSH-token"


@pytest.mark.parametrize("content", [None, "", "machine other login ana password HUSH\n"])
async def test_a_proxy_without_an_entry_in_netrc_gets_no_credentials(content, tmp_path, monkeypatch):
    if content is not None:
        (tmp_path / ".netrc").write_text(content)
    async with raw_server() as server:
        monkeypatch.setenv("HTTP_PROXY", server.origin)
        await send("http://127.0.0.1:9", trust_env=True)
    assert "proxy-authorization" not in dict(server.requests[0].headers)


@pytest.mark.parametrize(
    "content",
    [
        b"machine",
        b"HUSH",
        b"machine 127.0.0.1 login \xff password HUSH\n",
        "machine 127.0.0.1 login ana password HUSH€\n".encode(),
        b"machine 127.0.0.1 login a:b password HUSH\n",
        b'machine 127.0.0.1 login a password "HUSH\n"\n',
        b"macdef HUSH\n",
    ],
)
async def test_an_invalid_netrc_is_an_error_with_its_path(content, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_bytes(content)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    error = await error_of(send(API, trust_env=True))
    assert f"{tmp_path / '.netrc'}, which may have the proxy's password, cannot be used: " in str(error)
    assert error.sent is False


def fifo(path):
    os.mkfifo(path)


def directory(path):
    path.mkdir()


def link_to_itself(path):
    path.symlink_to(path)


def link_to_a_device(path):
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [fifo, directory, link_to_a_device])
async def test_a_netrc_that_is_no_file_is_an_error_with_its_path(make, tmp_path, monkeypatch):
    make(tmp_path / ".netrc")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert f"{tmp_path / '.netrc'}" in str(await error_of(send(API, trust_env=True)))


@pytest.mark.parametrize("path", ["\udcff", "/dev/null/x", "x" * 300, "loop"])
async def test_a_netrc_that_cannot_be_opened_is_an_error_or_missing(path, tmp_path, monkeypatch):
    link_to_itself(tmp_path / "loop")
    monkeypatch.setenv("NETRC", path if path.startswith("/") else str(tmp_path / path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert (await error_of(send(API, trust_env=True))).sent is False


async def test_a_missing_home_directory_is_no_error(monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    async with raw_server() as server:
        monkeypatch.setenv("HTTP_PROXY", server.origin)
        assert (await send("http://127.0.0.1:9", trust_env=True)).status == 200


async def test_an_error_of_a_given_session_that_trusts_the_environment_is_translated(tmp_path):
    (tmp_path / ".netrc").write_text(NETRC)
    async with raw_server() as server, aiohttp.ClientSession(trust_env=True) as session:
        error = await error_of(send(server.origin, session=session))
    assert "127.0.0.1" in str(error)


async def test_no_free_descriptor_is_an_error_that_says_so():
    async with raw_server() as server:
        with no_free_descriptors():
            error = await error_of(send(server.origin))
    assert "Could not connect to 127.0.0.1 (ClientConnectorError: Too many open files)" in str(error)


async def test_a_failed_tls_handshake_names_the_configured_certificates(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    async with answering(b"this is not TLS\r\n\r\n") as address:
        error = await error_of(send(f"https://{address}"))
    assert "the CA certificates, SSL_CERT_FILE is '/nowhere/ca.pem'" in str(error)
    assert error.sent is False
