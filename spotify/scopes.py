"""OAuth scopes: those that methods need, and checks of their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Final, TypeAlias

from spotify._checks import check_type, each_of, shown
from spotify.interfaces.operation import Operation
from spotify.models import Scope
from spotify.operations import BY_ID

Need: TypeAlias = "Callable[..., object] | str"
"""What a login is for: a scope, a method of a service such as `client.playlists.create`, or an operation id."""

_KNOWN: Final = frozenset(scope.value for scope in Scope)


def checked_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """Return the scopes as a set; a str holds scopes separated by spaces or commas.

    Raises:
        TypeError: `scopes` is not an iterable of str.
        ValueError: A scope is empty, has characters that no scope has, or is unknown and similar to a known one. A
            `Scope` may be unknown: `Scope("new-scope")`.
    """
    names: list[str] = []
    for name in [scopes] if isinstance(scopes, str) else each_of(scopes, "scopes must be several"):
        check_type("a scope", name, str)
        if isinstance(name, Scope):
            names.append(name)
        elif name is scopes or "," in name:
            names += name.replace(",", " ").split()
        else:
            names.append(name)
    for name in names:
        if not isinstance(name, Scope):
            _check_name(name)
    return frozenset(str.__str__(name) for name in names)


def scopes_for(*methods: Callable[..., object] | str) -> frozenset[Scope]:
    """Return the scopes that a user has to grant for all of these calls.

    ::

        auth = PkceAuth("…", "http://127.0.0.1:8000/callback", scopes=scopes_for(client.playlists.create))

    Some operations need one of several scopes, depending on the object, such as a public or a private playlist. Then
    all of them are included.

    Args:
        *methods: Methods of services, of a client (`client.playlists.create`) or of the class
            (`PlaylistsService.create`); or operation ids, as for `client.call`.

    Raises:
        ValueError: An argument is not a method of a service, or there is no such operation.
    """
    scopes: set[Scope] = set()
    for method in methods:
        operation = BY_ID.get(method) if isinstance(method, str) else next(iter(operations_of(method)), None)
        if operation is None:
            raise ValueError(
                "scopes_for takes methods of a client's services, such as client.playlists.create, or operation ids, "
                f"not {shown(method)}"
            )
        scopes.update(map(Scope, operation.scopes))
    return frozenset(scopes)


def scopes_of(needs: Iterable[Need]) -> frozenset[str]:
    """Return the scopes that a login has to grant.

    Raises:
        TypeError: A need is neither a str nor a method.
        ValueError: A scope is misspelt, or a function is not a method of a service.
    """
    scopes: set[str] = set()
    for need in needs:
        if isinstance(need, str) and need not in BY_ID:
            scopes |= checked_scopes(need)
        else:
            scopes.update(scope.value for scope in scopes_for(need))
    return frozenset(scopes)


def operations_of(method: object) -> tuple[Operation, ...]:
    """Return the operations that a method of a service calls, the main one first; empty for any other object."""
    marked: tuple[Operation, ...] = getattr(method, "operations", ()) if callable(method) else ()
    return marked


def _check_name(name: str) -> None:
    if not name or not name.isascii() or not name.isprintable() or " " in name:
        raise ValueError(f"a scope must be a single word such as 'user-library-read', not {shown(name)}")
    if name not in _KNOWN and (near := get_close_matches(name, _KNOWN, n=1, cutoff=0.8)):
        raise ValueError(f"there is no scope {shown(name)}; did you mean {near[0]!r}?")
