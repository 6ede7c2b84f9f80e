"""What PyInstaller does not find: the modules that are imported on first use, and the scripts for Redis."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

_LEFT_OUT = ("spotify.testing", "spotify.cli", "spotify.__pyinstaller")
# What the compiled modules of dependency-injector import, besides its own modules.
_OF_COMPILED_MODULES = [
    "asyncio",
    "collections.abc",
    "configparser",
    "contextlib",
    "contextvars",
    "copy",
    "errno",
    "functools",
    "importlib",
    "inspect",
    "json",
    "re",
    "threading",
    "types",
    "warnings",
]

hiddenimports = [
    *collect_submodules("spotify", filter=lambda name: not name.startswith(_LEFT_OUT)),
    *collect_submodules("dependency_injector"),
    *_OF_COMPILED_MODULES,
    "structlog",
]
datas = collect_data_files("spotify", includes=["**/*.lua", "py.typed"])
