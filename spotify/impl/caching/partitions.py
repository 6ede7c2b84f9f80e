"""Whose answers are whose."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from spotify.interfaces.transport import HttpRequest

SHARED: Final = "shared"
"""The partition of answers that are the same for everybody."""


def partition_of(request: HttpRequest) -> str:
    """Return the name of the partition of the cache that a request's answers belong to; it tells nothing of the token.

    A token has a partition of its own. A user's next one has another: a user can log out and another one in, and a
    guess that fails shows one user's answers to the other. What a user reads often is there again soon. Only where the
    auth provider says for whom it acts, as that of an application without a user does, do its tokens have one together,
    in all processes.
    """
    if request.acts_for is not None:
        return _digest(b"acts for " + request.acts_for.encode())
    if request.authorization is None:
        return "anonymous"
    # An encoding that never fails: the error would show the token.
    return _digest(b"partition of " + request.authorization.reveal().encode(errors="surrogatepass"))


def _digest(name: bytes) -> str:
    return sha256(name).hexdigest()
