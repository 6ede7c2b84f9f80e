"""What PyInstaller does not find: the modules that are imported on first use, and the scripts for Redis."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

_LEFT_OUT = ("spotify.testing", "spotify.cli", "spotify.__pyinstaller")

hiddenimports = [
    *collect_submodules("spotify", filter=lambda name: not name.startswith(_LEFT_OUT)),
    *collect_submodules("dependency_injector"),  # its compiled modules import them
    "structlog",
]
datas = collect_data_files("spotify", includes=["**/*.lua", "py.typed"])
