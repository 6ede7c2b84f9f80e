"""From an HTTP request to an answer on the wire, with all that can happen to both on their way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from spotify.testing.sandbox.accounts.authorize_page import AUTHORIZE_PATH, AuthorizePage
from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_PATH, TokenEndpoint
from spotify.testing.sandbox.faults.damage import damaged
from spotify.testing.sandbox.faults.delivery import CancellableSleep, deliver, whole
from spotify.testing.sandbox.faults.fault import Fault
from spotify.testing.sandbox.faults.plan import Destination, FaultPlan
from spotify.testing.sandbox.http.images import IMAGES_PATH, Images
from spotify.testing.sandbox.http.messages import API_PREFIX, EncodedResponse, Request, encode
from spotify.testing.sandbox.http.rate_limit import RateLimit
from spotify.testing.sandbox.http.request_log import Recorded, RequestLog, exchange_of
from spotify.testing.sandbox.web_api.errors import WebApiError, not_found
from spotify.testing.sandbox.web_api.web_api import WebApi

_Service = Recorded | Literal["images"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What there is to be asked."""

    web_api: WebApi
    accounts: TokenEndpoint
    authorize_page: AuthorizePage
    images: Images


class RequestHandler:
    """Answers requests and records them in the request log.

    The rate limit sees a request when it has arrived, whatever its fault; then come the delay before the execution, the
    execution, the damage, the delays after it, and the delivery.
    """

    def __init__(
        self,
        services: Services,
        request_log: RequestLog,
        *,
        faults: FaultPlan,
        rate_limit: RateLimit | None,
        latency: float,
        time: Callable[[], float],
        pause: CancellableSleep,
    ) -> None:
        """`latency` is what every answer takes longer, in seconds."""
        self._services = services
        self._request_log = request_log
        self._faults = faults
        self._rate_limit = rate_limit
        self._latency = latency
        self._time = time
        self._pause = pause

    async def __call__(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        try:
            body = await incoming.read() if incoming.body_exists else b""
        except web.HTTPRequestEntityTooLarge:
            await self._pause(self._latency)
            return whole(encode(WebApiError(413, "Payload too large").response()), gzipped=False)
        arrived_at = self._time()
        path, _, query = incoming.raw_path.partition("?")
        service = _service_at(path)
        request = Request(
            method=incoming.method,
            path=path.removeprefix(API_PREFIX) if service == "web_api" else path,
            query=query,
            headers=incoming.headers,
            body=body,
        )
        refusal = self._refusal(arrived_at) if service == "web_api" else None
        fault = self._fault(service, request)
        if fault is None:
            answer = self._answer(service, request, refusal, None, arrived_at)
            await self._pause(self._latency)
            return await deliver(incoming, answer, None, self._pause)
        await self._pause(fault.delay_before)
        answer = self._answer(service, request, refusal, fault, arrived_at)
        await self._pause(self._latency + fault.delay_after)
        return await deliver(incoming, answer, fault.effect, self._pause)

    def _refusal(self, arrived_at: float) -> EncodedResponse | None:
        seconds = self._rate_limit.admit(arrived_at) if self._rate_limit is not None else None
        if seconds is None:
            return None
        self._request_log.rate_limited.append(arrived_at)
        return encode(WebApiError(429, "API rate limit exceeded", {"Retry-After": str(seconds)}).response())

    def _fault(self, service: _Service | None, request: Request) -> Fault | None:
        if not self._faults:
            return None
        if service == "web_api":
            return self._faults.next(request, Destination.of_web_api(request))
        if service == "token_endpoint":
            return self._faults.next(request, Destination.of_token_endpoint(request))
        return None

    def _answer(
        self,
        service: _Service | None,
        request: Request,
        refusal: EncodedResponse | None,
        fault: Fault | None,
        arrived_at: float,
    ) -> EncodedResponse | None:
        """What is sent, if anything is; it is in the request log then."""
        operation_id, answer, executed = None, refusal, False
        if refusal is None and (fault is None or fault.executed):
            operation_id, answer = self._execute(service, request)
            executed = answer.status < 400
        elif service == "web_api":
            operation_id = Destination.of_web_api(request).operation_id
        if fault is not None:
            answer = damaged(fault.effect, answer, request, is_web_api=service == "web_api", now=self._time())
        if service is not None and service != "images":
            exchange = exchange_of(
                request,
                operation_id,
                answer,
                arrived_at=arrived_at,
                executed=executed,
                fault=str(fault) if fault is not None else None,
            )
            self._request_log.record(service, exchange)
        return answer

    def _execute(self, service: _Service | None, request: Request) -> tuple[str | None, EncodedResponse]:
        """The operation id of what was called, if it is one, and the answer."""
        match service:
            case "web_api":
                return self._services.web_api.handle(request)
            case "token_endpoint":
                return None, self._services.accounts.handle(request)
            case "authorize_page":
                return None, self._services.authorize_page.handle(request)
            case "images":
                return None, self._services.images.handle(request)
            case None:
                return None, encode(not_found("Service not found").response())


def _service_at(path: str) -> _Service | None:
    if path.startswith(API_PREFIX + "/"):
        return "web_api"
    if path == TOKEN_PATH:
        return "token_endpoint"
    if path == AUTHORIZE_PATH:
        return "authorize_page"
    return "images" if path.startswith(IMAGES_PATH) else None
