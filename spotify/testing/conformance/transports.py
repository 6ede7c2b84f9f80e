"""The rules of `Transport`, checked against a sandbox with faults."""

from __future__ import annotations

import asyncio
import json
import socket
import traceback
from collections.abc import Callable
from typing import Final, NoReturn

from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.errors import ClientClosedError, TransportError
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.testing.conformance.rules import require, run_rules
from spotify.testing.sandbox import Fault, SpotifySandbox

_MAX_BYTES: Final = 1_000_000


async def check_transport(factory: Callable[[ClientConfig], Transport]) -> None:
    """Check that a transport keeps the rules of the protocol `Transport`, against a sandbox with faults.

    ::

        await check_transport(AiohttpTransport)

    Args:
        factory: Returns a new transport for a config; its `max_response_bytes` and URLs are those of the check.

    Raises:
        ConformanceError: It breaks rules; the message names them and says what happened.
    """
    async with SpotifySandbox() as sandbox, SpotifySandbox(port=0) as other:
        check = _TransportCheck(factory, sandbox, other)
        await run_rules(
            "transport",
            [
                ("sends the request unchanged", check.sends_the_request),
                ("returns every status with its body", check.returns_every_status),
                ("names response headers in lower case", check.names_headers_in_lower_case),
                ("decompresses the body", check.decompresses),
                ("does not follow redirects", check.follows_no_redirect),
                ("sends a request at most once", check.sends_once),
                ("reports that a request may have been sent", check.reports_sent),
                ("reports a response that is cut", check.reports_cut_responses),
                ("limits the size of a body", check.limits_the_size),
                ("ends a request after its timeout", check.ends_after_the_timeout),
                ("raises TransportError if there is no connection", check.raises_without_connection),
                ("keeps the token out of errors", check.keeps_the_token_secret),
                ("sends requests concurrently", check.sends_concurrently),
                ("can be cancelled", check.can_be_cancelled),
                ("refuses requests after close, which can be called twice", check.refuses_after_close),
            ],
        )


class _TransportCheck:
    def __init__(
        self, factory: Callable[[ClientConfig], Transport], sandbox: SpotifySandbox, other: SpotifySandbox
    ) -> None:
        self._factory = factory
        self._sandbox = sandbox
        self._other = other
        self._token = sandbox.issue_token(user=sandbox.catalogue.default_user.id)
        self._album = sandbox.catalogue.long_album

    def _new(self) -> Transport:
        self._sandbox.reset()
        config = ClientConfig(
            api_url=self._sandbox.api_url,
            accounts_url=self._sandbox.accounts_url,
            max_response_bytes=_MAX_BYTES,
        )
        return self._factory(config)

    def _request(
        self, path: str, method: str = "GET", *, body: bytes | None = None, timeout: float = 30.0
    ) -> HttpRequest:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        return HttpRequest(
            method=method,
            url=f"{self._sandbox.api_url}{path}",
            headers={"Accept": "application/json", **headers},
            authorization=Secret(f"Bearer {self._token}"),
            body=body,
            timeout=timeout,
        )

    async def _send(self, *requests: HttpRequest) -> HttpResponse:
        transport = self._new()
        try:
            responses = [await transport.send(request) for request in requests]
        finally:
            await transport.close()
        return responses[-1]

    async def sends_the_request(self) -> None:
        body = json.dumps({"name": "é", "public": False}).encode()
        path = f"/users/{self._sandbox.catalogue.default_user.id}/playlists"
        response = await self._send(
            self._request("/search?q=a%2Fb%20%26c%2Bd&type=album&limit=1"), self._request(path, "POST", body=body)
        )
        search, create = self._sandbox.requests
        require(search.query == "q=a%2Fb%20%26c%2Bd&type=album&limit=1", f"the query arrived as {search.query!r}")
        require((create.method, create.path) == ("POST", path), f"it arrived as {create.method} {create.path}")
        require(create.request_body == body, "the body arrived changed")
        content_type = create.request_headers.get("Content-Type")
        require(content_type == "application/json", f"Content-Type arrived as {content_type!r}")
        require(response.status == 201, f"status {response.status}: the authorization or a header is missing")

    async def returns_every_status(self) -> None:
        for status in (400, 401, 404, 429, 500, 503):
            transport = self._new()
            self._sandbox.fail("*", Fault.status(status, message=f"message {status}"))
            try:
                response = await transport.send(self._request("/me"))
            finally:
                await transport.close()
            require(response.status == status, f"the status {status} arrived as {response.status}")
            require(f"message {status}".encode() in response.body, f"the body of a {status} is missing")
        response = await self._send(self._request("/me/library?uris=spotify:track:" + "0" * 22, "PUT"))
        require((response.status, response.body) == (200, b""), "an empty response arrived with a body")

    async def names_headers_in_lower_case(self) -> None:
        transport = self._new()
        self._sandbox.fail("*", Fault.status(429, retry_after=7))
        try:
            response = await transport.send(self._request("/me"))
        finally:
            await transport.close()
        upper = [name for name in response.headers if name != name.lower()]
        require(not upper, f"{', '.join(upper)} is not in lower case")
        found = response.headers.get("retry-after")
        require(found == "7", f"retry-after is {found!r} instead of '7'")

    async def decompresses(self) -> None:
        response = await self._send(self._request(f"/albums/{self._album.id}"))
        require(response.body.startswith(b"{"), f"the body begins with {response.body[:2]!r}")
        require(json.loads(response.body)["id"] == self._album.id, "the body is not the one that was sent")

    async def follows_no_redirect(self) -> None:
        transport = self._new()
        self._other.reset()
        self._sandbox.fail("*", Fault.redirect(self._other.url))
        try:
            response = await transport.send(self._request("/me"))
        finally:
            await transport.close()
        require(not self._other.requests, "it sent a request to the target of the redirect")
        require(300 <= response.status < 400, f"the redirect arrived as status {response.status}")

    async def sends_once(self) -> None:
        for method, path in (
            ("GET", "/me"),
            ("PUT", f"/me/library?uris={self._album.uri}"),
            ("DELETE", "/me/player/queue"),
        ):
            transport = self._new()
            try:
                await transport.send(self._request("/me"))  # a connection to use again
                self._sandbox.reset()
                self._sandbox.fail("*", Fault.reset(executed=True))
                await self._expect_error(transport, self._request(path, method))
            finally:
                await transport.close()
            count = len(self._sandbox.requests)
            require(count <= 1, f"it sent a {method} {count} times after its connection was reset")

    async def reports_sent(self) -> None:
        for fault in (Fault.reset(executed=True), Fault.reset(executed=True, graceful=True), Fault.cut("length")):
            transport = self._new()
            self._sandbox.fail("*", fault)
            try:
                error = await self._expect_error(transport, self._request(f"/albums/{self._album.id}"))
            finally:
                await transport.close()
            require(error.sent, f"after {fault}, the error says that the request was not sent, and it was executed")

    async def reports_cut_responses(self) -> None:
        for fault in (Fault.cut("length"), Fault.cut("chunked")):
            transport = self._new()
            self._sandbox.fail("*", fault)
            try:
                await self._expect_error(transport, self._request(f"/albums/{self._album.id}"), str(fault))
            finally:
                await transport.close()

    async def limits_the_size(self) -> None:
        for fault in (Fault.garbage("gzip-bomb"), Fault.garbage("oversized")):
            transport = self._new()
            self._sandbox.fail("*", fault)
            try:
                response = await transport.send(self._request("/me"))
            except TransportError:
                continue
            finally:
                await transport.close()
            size = len(response.body)
            require(
                size <= _MAX_BYTES, f"{fault}: it returned {size:,} bytes, and max_response_bytes is {_MAX_BYTES:,}"
            )

    async def ends_after_the_timeout(self) -> None:
        transport = self._new()
        self._sandbox.fail("*", Fault.delay(after=3600.0))
        try:
            error = await self._expect_error(transport, self._request("/me", timeout=0.2), "a response after an hour")
        finally:
            await transport.close()
        require(error.sent, "the error says that the request was not sent, and it was executed")

    async def raises_without_connection(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        transport = self._new()
        try:
            await self._expect_error(transport, HttpRequest(method="GET", url=f"http://127.0.0.1:{port}/v1/me"))
        finally:
            await transport.close()

    async def keeps_the_token_secret(self) -> None:
        transport = self._new()
        self._sandbox.fail("*", Fault.reset())
        try:
            error = await self._expect_error(transport, self._request("/me"))
        finally:
            await transport.close()
        shown = "".join(traceback.format_exception(error)) + repr(error)
        require(self._token not in shown, "an error or its cause shows the token")

    async def sends_concurrently(self) -> None:
        transport = self._new()
        albums = self._sandbox.catalogue.albums[:20]
        try:
            responses = await asyncio.gather(*(transport.send(self._request(f"/albums/{a.id}")) for a in albums))
        finally:
            await transport.close()
        ids = [json.loads(response.body)["id"] for response in responses]
        require(ids == [album.id for album in albums], "a request got the response to another one")

    async def can_be_cancelled(self) -> None:
        transport = self._new()
        arrived = asyncio.Event()
        self._sandbox.add_observer(lambda _: arrived.set())
        self._sandbox.fail("*", Fault.delay(after=3600.0), times=1)
        try:
            task = asyncio.create_task(transport.send(self._request("/me")))
            await arrived.wait()
            task.cancel()
            await asyncio.wait([task])
            require(task.cancelled(), "a cancelled request did not raise CancelledError")
            response = await transport.send(self._request(f"/albums/{self._album.id}"))
        finally:
            await transport.close()
        require(json.loads(response.body)["id"] == self._album.id, "the next request got another response")

    async def refuses_after_close(self) -> None:
        transport = self._new()
        await transport.close()
        await transport.close()
        try:
            await transport.send(self._request("/me"))
        except ClientClosedError:
            return
        _fail("a closed transport sent a request instead of raising ClientClosedError")

    async def _expect_error(self, transport: Transport, request: HttpRequest, after: str = "") -> TransportError:
        try:
            response = await transport.send(request)
        except TransportError as error:
            return error
        reason = f" after {after}" if after else ""
        return _fail(
            f"it returned status {response.status} with {len(response.body)} bytes{reason}, not a TransportError"
        )


def _fail(what: str) -> NoReturn:
    raise AssertionError(what)
