"""Certificates of a test CA, and an HTTPS server that uses them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trustme
from aiohttp import web

ALBUM = {"id": "4aawyAB9vmqN3uQ7FjRGTy", "name": "Blue", "type": "album", "uri": "spotify:album:4aawyAB9vmqN3uQ7FjRGTy"}


class CertificateAuthority:
    """A CA that was created for a test.

    Attributes:
        file: Its certificate in PEM format.
    """

    def __init__(self, directory: Path, name: str = "ca") -> None:
        """Create a CA and write its certificate into a directory."""
        self._authority = trustme.CA()
        self._directory = directory
        self.file = directory / f"{name}.pem"
        self._authority.cert_pem.write_to_path(self.file)

    def server_context(self, *, client_authority: CertificateAuthority | None = None) -> ssl.SSLContext:
        """Return the context of a server on a loopback address; it requires client certificates of an authority."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert("localhost", "127.0.0.1", "::1").configure_cert(context)
        if client_authority is not None:
            context.load_verify_locations(client_authority.file)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def client_files(self, name: str = "client") -> tuple[Path, Path]:
        """Return the files of a new client certificate and of its key."""
        certificate = self._authority.issue_cert(f"{name}@example.com", common_name=name)
        chain, key = self._directory / f"{name}-chain.pem", self._directory / f"{name}-key.pem"
        certificate.cert_chain_pems[0].write_to_path(chain)
        certificate.private_key_pem.write_to_path(key)
        return chain, key


@asynccontextmanager
async def https_server(context: ssl.SSLContext, *, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve an album for every request; yields the server's origin."""

    async def album(_request: web.Request) -> web.Response:
        return web.json_response(ALBUM)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", album)
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, host, 0, ssl_context=context).start()
    try:
        yield f"https://{f'[{host}]' if ':' in host else host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
