"""Handles one HTTP request: limits, faults, execution, request log, delivery."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from spotify.testing.sandbox.accounts.access import Tokens
from spotify.testing.sandbox.accounts.authorize_page import AUTHORIZE_PATH, AuthorizePage
from spotify.testing.sandbox.accounts.token_endpoint import TOKEN_PATH, TokenEndpoint
from spotify.testing.sandbox.faults.damage import apply_effect
from spotify.testing.sandbox.faults.delivery import CancellableSleep, complete_response, deliver
from spotify.testing.sandbox.faults.fault import Fault
from spotify.testing.sandbox.faults.plan import FaultPlan
from spotify.testing.sandbox.http.call_limits import CallLimits
from spotify.testing.sandbox.http.errors import WebApiError, not_found
from spotify.testing.sandbox.http.images import IMAGES_PATH, Images
from spotify.testing.sandbox.http.messages import API_PREFIX, EncodedResponse, Request, encode
from spotify.testing.sandbox.http.request_log import LoggedService, RequestLog, exchange_of
from spotify.testing.sandbox.web_api.web_api import Destination, WebApi

_ServiceName = LoggedService | Literal["images"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services on the sandbox's port."""

    web_api: WebApi
    token_endpoint: TokenEndpoint
    authorize_page: AuthorizePage
    images: Images


class RequestHandler:
    """Responds to requests and logs them.

    A request counts for the limits when it arrives, with any fault. The order after that is: the fault's delay
    before the execution, the execution, the fault's effect on the response, the log entry, the latency and the fault's
    delay after the execution, the delivery. If the fault delays the execution, a task executes and logs the request.
    """

    def __init__(
        self,
        services: Services,
        request_log: RequestLog,
        *,
        tokens: Tokens,
        faults: FaultPlan,
        limits: CallLimits,
        latency: float,
        time: Callable[[], float],
        sleep: CancellableSleep,
        lock: AbstractContextManager[object],
    ) -> None:
        """Create a handler; `latency` is added to each response, in seconds, and `lock` guards what requests change."""
        self._services = services
        self._request_log = request_log
        self._tokens = tokens
        self._faults = faults
        self._limits = limits
        self._latency = latency
        self._time = time
        self._sleep = sleep
        self._lock = lock
        self._late_executions: set[asyncio.Task[None]] = set()

    async def __call__(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Respond to a request."""
        try:
            body = await incoming.read() if incoming.body_exists else b""
        except web.HTTPRequestEntityTooLarge:
            await self._sleep(self._latency)
            return complete_response(encode(WebApiError(413, "Payload too large").response()), gzipped=False)
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
        with self._lock:
            rejected = self._rejected(request, arrived_at) if service == "web_api" else None
            fault = self._next_fault(service, request)
        if fault is None:
            response = self._respond(service, request, rejected, None, arrived_at)
            await self._sleep(self._latency)
            return await deliver(incoming, response, None, self._sleep)
        await self._sleep(fault.delay_before)
        if fault.delay_execution and rejected is None:
            response = apply_effect(fault.effect, None, request, is_web_api=service == "web_api", now=self._time())
            late = asyncio.create_task(self._respond_late(service, request, fault, arrived_at))
            self._late_executions.add(late)
            late.add_done_callback(self._late_executions.discard)
        else:
            response = self._respond(service, request, rejected, fault, arrived_at)
        await self._sleep(self._latency + fault.delay_after)
        return await deliver(incoming, response, fault.effect, self._sleep)

    async def _respond_late(
        self, service: _ServiceName | None, request: Request, fault: Fault, arrived_at: float
    ) -> None:
        await self._sleep(fault.delay_execution)
        self._respond(service, request, None, fault, arrived_at)

    def _rejected(self, request: Request, arrived_at: float) -> EncodedResponse | None:
        """Count a call; return a 429 if a limit rejects it."""
        error = self._limits.admit(request, arrived_at)
        return None if error is None else encode(error.response())

    def _next_fault(self, service: _ServiceName | None, request: Request) -> Fault | None:
        if not self._faults:
            return None
        if service == "web_api":
            return self._faults.next(request, Destination.of_web_api(request))
        if service == "token_endpoint":
            return self._faults.next(request, Destination.of_token_endpoint(request))
        return None

    def _respond(
        self,
        service: _ServiceName | None,
        request: Request,
        rejected: EncodedResponse | None,
        fault: Fault | None,
        arrived_at: float,
    ) -> EncodedResponse | None:
        """Execute the request unless a limit rejects it or the fault prevents it, and log it.

        Returns:
            The response to send; None to close the connection without one.
        """
        with self._lock:
            return self._execute_and_log(service, request, rejected, fault, arrived_at)

    def _execute_and_log(
        self,
        service: _ServiceName | None,
        request: Request,
        rejected: EncodedResponse | None,
        fault: Fault | None,
        arrived_at: float,
    ) -> EncodedResponse | None:
        operation_id, response, executed = None, rejected, False
        if rejected is None and (fault is None or fault.executed):
            operation_id, response = self._execute(service, request)
            executed = response.status < 400
        elif service == "web_api":
            operation_id = Destination.of_web_api(request).operation_id
        if fault is not None:
            is_web_api = service == "web_api"
            response = apply_effect(fault.effect, response, request, is_web_api=is_web_api, now=self._time())
        if service is not None and service != "images":
            exchange = exchange_of(
                request,
                operation_id,
                response,
                user=self._tokens.user_id_of(request.headers.get("Authorization")),
                arrived_at=arrived_at,
                executed=executed,
                fault=str(fault) if fault is not None else None,
            )
            self._request_log.record(service, exchange)
        return response

    def _execute(self, service: _ServiceName | None, request: Request) -> tuple[str | None, EncodedResponse]:
        """Return the id of the Web API operation, if the request calls one, and the response."""
        match service:
            case "web_api":
                return self._services.web_api.handle(request)
            case "token_endpoint":
                return None, self._services.token_endpoint.handle(request)
            case "authorize_page":
                return None, self._services.authorize_page.handle(request)
            case "images":
                return None, self._services.images.handle(request)
            case None:
                return None, encode(not_found("Service not found").response())


def _service_at(path: str) -> _ServiceName | None:
    if path.startswith(API_PREFIX + "/"):
        return "web_api"
    if path == TOKEN_PATH:
        return "token_endpoint"
    if path == AUTHORIZE_PATH:
        return "authorize_page"
    return "images" if path.startswith(IMAGES_PATH) else None
