"""Files that no other user can change. All errors are `TokenStoreError`s that name the path and what to do."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager, suppress
from errno import EDQUOT, EFBIG, ELOOP, EMFILE, ENFILE, ENOSPC, ENOTDIR, ENXIO
from pathlib import Path
from typing import Final

from spotify._exceptions import reason_of
from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.impl.token_stores.token_document import decoded_document

_MAX_BYTES: Final = 1024 * 1024
# A FIFO or a device must not block, a symbolic link not lead elsewhere. Windows does not have all of these.
_READING: Final = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
)
_ADVICE: Final = {
    **dict.fromkeys((ENOSPC, EDQUOT, EFBIG), "free some space, or use another directory"),
    **dict.fromkeys((EMFILE, ENFILE), "close files, or raise the limit (ulimit -n)"),
}


@contextmanager
def translated_errors(path: Path, action: str) -> Generator[None]:
    """Raise `TokenStoreError` for an error of the operating system or of a library.

    Args:
        path: The path to name.
        action: What failed, such as `read`.
    """
    try:
        yield
    except TokenStoreError:
        raise
    except Exception as exc:  # noqa: BLE001  libraries raise errors of many types for a file system
        number = exc.errno if isinstance(exc, OSError) else None
        reason = reason_of(exc)
    else:
        return
    if number in {ELOOP, ENXIO}:
        raise _unusable(path, "it is not a regular file", "delete it")
    advice = _ADVICE.get(number or 0, "check the path, its permissions and the file system")
    raise TokenStoreError(f"{path} cannot be {action}: {reason}; {advice}")


def prepare_directory(directory: Path) -> None:
    """Create a directory, accessible to its owner only, or check an existing one.

    Raises:
        TokenStoreError: It cannot be created, or other users can change its files.
    """
    with translated_errors(directory, "created"):
        with suppress(FileExistsError):
            directory.mkdir(mode=0o700, parents=True)
            directory.chmod(0o700)  # the umask may have removed the owner's permissions
        _check_directory(directory)


def check_file(path: Path, *, max_bytes: int | None = _MAX_BYTES) -> None:
    """Check that a file, if it exists, is a regular file that no other user can change.

    Args:
        path: The file.
        max_bytes: Its largest size; None for no limit.

    Raises:
        TokenStoreError: It is not.
    """
    with translated_errors(path, "used"), suppress(FileNotFoundError):
        _check_status(path, path.lstat(), max_bytes)


def create_file(path: Path) -> None:
    """Create an empty file, readable by its owner only, unless it exists.

    Raises:
        TokenStoreError: It cannot be created.
    """
    with translated_errors(path, "created"), suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        path.chmod(0o600)  # the umask may have removed the owner's permissions


def read_document(path: Path) -> Secret | None:
    """Return the content of a file; None if it does not exist.

    Raises:
        DamagedDocumentError: It is not UTF-8.
        TokenStoreError: It cannot be read, is not a regular file, or other users can change it.
    """
    with translated_errors(path, "read"):
        try:
            _check_directory(path.parent)
            descriptor = os.open(path, _READING)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            _check_status(path, os.fstat(file.fileno()))
            document = decoded_document(file.read(_MAX_BYTES))
    if isinstance(document, Secret):
        return document
    raise document


def create_document(path: Path, document: Secret) -> None:
    """Write a new file, readable by its owner only, to the disk.

    Raises:
        TokenStoreError: It cannot be written.
    """
    with translated_errors(path, "written"):
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            path.chmod(0o600)  # the umask may have removed the owner's permissions
            file.write(document.reveal())
            file.flush()
            os.fsync(file.fileno())


def move(path: Path, target: Path) -> None:
    """Replace `target` by a file, atomically and durably.

    Raises:
        TokenStoreError: It cannot be replaced.
    """
    with translated_errors(target, "replaced"):
        path.replace(target)
    # Not supported on Windows and some network drives.
    with suppress(OSError):
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove(path: Path) -> None:
    """Delete a file, if it exists.

    Raises:
        TokenStoreError: It cannot be deleted.
    """
    with translated_errors(path, "deleted"):
        path.unlink(missing_ok=True)


def _check_directory(directory: Path) -> None:
    status = directory.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR))
    _check_owner(directory, status)


def _check_status(path: Path, status: os.stat_result, max_bytes: int | None = _MAX_BYTES) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _unusable(path, "it is not a regular file", "delete it")
    if max_bytes is not None and status.st_size > max_bytes:
        raise _unusable(path, f"it is larger than {max_bytes} bytes", "delete it and have the user log in again")
    _check_owner(path, status)


def _check_owner(path: Path, status: os.stat_result) -> None:
    if os.name != "posix":
        return
    if status.st_uid not in {0, os.geteuid()}:
        raise _unusable(
            path, f"it belongs to another user (uid {status.st_uid}, not {os.geteuid()})", "change its owner (chown)"
        )
    if status.st_mode & stat.S_IWOTH:
        raise _unusable(path, "every user of the machine can change it", "remove that permission (chmod o-w)")


def _unusable(path: Path, reason: str, advice: str) -> TokenStoreError:
    return TokenStoreError(f"{path} cannot be used: {reason}; {advice}, or use another directory")
