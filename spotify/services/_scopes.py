"""Which scopes to ask a user for."""

from __future__ import annotations

from collections.abc import Callable

from spotify._checks import shown
from spotify.models import Scope
from spotify.operations import BY_ID
from spotify.services._method_operations import OPERATION_OF


def scopes_for(*methods: Callable[..., object] | str) -> frozenset[Scope]:
    """Return the least set of scopes that a user has to allow for all of these calls.

    ::

        auth = PkceAuth("…", "http://127.0.0.1:8000/callback", scopes=scopes_for(client.playlists.create))

    Some operations need one scope or another, depending on the object: a public playlist needs another than a private
    one. Then both are in the set.

    Args:
        *methods: Methods of the services, from a client (`client.playlists.create`) or from the class
            (`PlaylistsService.create`); or operation ids, for `client.call`.

    Raises:
        ValueError: One is not a method of a service, or there is no such operation.
    """
    scopes: set[Scope] = set()
    for method in methods:
        if isinstance(method, str):
            operation = BY_ID.get(method)
        else:
            operation = OPERATION_OF.get(getattr(method, "__qualname__", ""))
        if operation is None:
            raise ValueError(
                "scopes_for takes methods of a client's services, such as client.playlists.create, or operation ids, "
                f"not {shown(method)}"
            )
        scopes.update(map(Scope, operation.scopes))
    return frozenset(scopes)
