"""The parts on other libraries in the examples keep the rules of their protocols."""

from __future__ import annotations

from types import ModuleType

import pytest

from examples import httpx_transport, niquests_transport, orjson_serializer


@pytest.mark.parametrize("module", [httpx_transport, niquests_transport, orjson_serializer])
async def test_a_part_on_another_library_passes_the_check(
    module: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    await module.main()

    assert "keeps the rules of a" in capsys.readouterr().out
