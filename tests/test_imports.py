"""Importing the package loads no implementation, and every public name exists."""

import ast
import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

import spotify
import spotify.testing

IMPLEMENTATIONS = ["aiohttp", "dependency_injector"]
DECODING = ["msgspec", "spotify.models", "spotify.services"]
LAZY = [*IMPLEMENTATIONS, *DECODING]
LAZY += ["cryptography", "dataclasses_json", "filelock", "redis", "spotify.impl.auth.user_auth", "structlog"]
LAZY += ["spotify.impl.observers.open_telemetry_signals"]
PACKAGES = [
    "spotify",
    "spotify.impl.auth",
    "spotify.impl.caching",
    "spotify.impl.rate_limiting",
    "spotify.impl.serialization",
    "spotify.impl.token_stores",
    "spotify.impl.usage",
    "spotify.testing",
]


def loaded_after(statements, names=LAZY):
    """Return which of the modules a new interpreter has loaded after the statements."""
    program = f"import sys\n{statements}\nprint(*(name for name in {names} if name in sys.modules))"
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return result.stdout.split()


def test_importing_the_package_loads_no_implementation():
    assert loaded_after("import spotify, spotify.interfaces") == []
    assert not {*loaded_after("import spotify.services")} & {*IMPLEMENTATIONS, "msgspec", "redis", "structlog"}


@pytest.mark.parametrize(
    "statements", ["import spotify; spotify.AsyncSpotifyClient('token')", "from spotify import build_container"]
)
def test_a_client_or_container_loads_what_it_uses(statements):
    assert loaded_after(statements) == IMPLEMENTATIONS


def test_the_first_use_of_a_service_loads_the_models_and_the_first_response_msgspec():
    client = "import spotify; client = spotify.AsyncSpotifyClient('token')"
    assert loaded_after(f"{client}; client.albums", [*IMPLEMENTATIONS, *DECODING]) == [*IMPLEMENTATIONS, *DECODING[1:]]
    decode = "from spotify.models import Album; spotify.build_container('t').serializer().decode(b'{}', object)"
    assert loaded_after(f"{client}; {decode}", ["msgspec"]) == ["msgspec"]


def test_the_first_enabled_log_event_loads_structlog():
    setup = "import logging, spotify.logs; logging.getLogger('spotify').setLevel('INFO')"
    log = "spotify.logs.get_logger('spotify.x')"
    assert loaded_after(f"{setup}; {log}.debug('request_sent')") == []
    assert loaded_after(f"{setup}; {log}.info('retry_scheduled')") == ["structlog"]


def test_importing_the_package_loads_none_of_its_parts():
    assert loaded_after("import spotify", ["spotify.client", "spotify.models", "spotify.errors", "asyncio"]) == []


def test_every_public_name_exists():
    assert all(getattr(spotify, name) is not None for name in spotify.__all__)


@pytest.mark.parametrize("name", PACKAGES)
def test_the_lazy_names_are_the_public_ones_and_those_that_type_checkers_see(name):
    package = import_module(name)
    checked = ast.parse(inspect.getsource(package)).body
    imports = next(node for node in checked if isinstance(node, ast.If)).body
    seen = {alias.name: node.module for node in imports for alias in node.names}
    assert {*seen} == {*package.__all__} - {"__version__"}
    for public, module in seen.items():
        assert getattr(package, public) is getattr(import_module(module), public)


@pytest.mark.parametrize("name", [*PACKAGES, "spotify.models"])
def test_dir_has_every_public_name(name):
    package = import_module(name)
    assert set(package.__all__) <= set(dir(package))


def test_dir_of_a_client_has_the_services():
    client = spotify.AsyncSpotifyClient("token")
    assert {"albums", "playlists", "call", "close"} <= {*dir(client)}
    with pytest.raises(AttributeError, match="has no attribute 'album'"):
        client.album  # noqa: B018


def test_a_module_is_an_attribute_of_the_package():
    assert loaded_after("import spotify; spotify.errors.SpotifyError", ["spotify.errors", "spotify.client"]) == [
        "spotify.errors"
    ]


def test_an_unknown_name_raises_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'SpotifyContainers'") as raised:
        spotify.SpotifyContainers  # noqa: B018
    assert raised.value.name == "SpotifyContainers"
    assert raised.value.obj is spotify  # so that Python suggests the nearest name


@pytest.mark.parametrize("package", [spotify, spotify.testing], ids=lambda package: package.__name__)
def test_no_public_name_is_that_of_a_module(package: ModuleType) -> None:
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)}

    assert modules.isdisjoint(package.__all__)
