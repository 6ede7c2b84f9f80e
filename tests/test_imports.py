import subprocess
import sys

import pytest

import spotify

IMPLEMENTATIONS = ["aiohttp", "dependency_injector", "msgspec"]
LATE = [*IMPLEMENTATIONS, "cryptography", "redis", "structlog"]


def loaded_after(statements):
    program = f"import sys\n{statements}\nprint(*(name for name in {LATE} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return run.stdout.split()


def test_importing_the_package_loads_no_implementation():
    assert loaded_after("import spotify, spotify.models, spotify.services, spotify.interfaces") == []


@pytest.mark.parametrize(
    "statements",
    [
        "import spotify; spotify.AsyncSpotifyClient('token')",
        "from spotify import build_container",
        "from spotify import SpotifyContainer",
        "from spotify import *",
    ],
)
def test_the_first_client_or_container_loads_them(statements):
    assert loaded_after(statements) == IMPLEMENTATIONS


def test_the_first_event_that_somebody_listens_to_loads_structlog():
    listening = "import logging, spotify.logs; logging.getLogger('spotify').setLevel('INFO')"
    log = "spotify.logs.get_logger('spotify.x')"
    assert loaded_after(f"{listening}; {log}.debug('request_sent')") == []
    assert loaded_after(f"{listening}; {log}.info('retry_scheduled')") == ["structlog"]


def test_every_public_name_is_there():
    assert all(getattr(spotify, name) is not None for name in spotify.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'SpotifyContainers'"):
        spotify.SpotifyContainers  # noqa: B018
