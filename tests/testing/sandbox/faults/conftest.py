"""A caller that sends each request once: by default aiohttp repeats idempotent requests without a response."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from tests.support.sandbox_http import Caller


@pytest.fixture
async def call(sandbox: SpotifySandbox) -> AsyncIterator[Caller]:
    """Calls the sandbox as its default user, with all scopes."""
    async with aiohttp.ClientSession() as session:
        session._retry_connection = False
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))
