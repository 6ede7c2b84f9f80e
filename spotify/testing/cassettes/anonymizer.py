"""`Anonymizer`: replaces what identifies a user."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from spotify._checks import is_json_array, is_json_object

JsonDict = dict[str, object]
_USER: Final = re.compile(r"(spotify:user:|/users?/)([^/:?#&\"\s]+)")
_SECRETS: Final = frozenset({"access_token", "refresh_token", "client_secret", "code", "code_verifier"})
_EMAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
_HIDDEN: Final = "***"


class Anonymizer:
    """Replaces user ids by `user-1`, `user-2` …, in order of appearance, and names, images and e-mail addresses."""

    def __init__(self) -> None:
        """Know no user."""
        self._aliases: Final[dict[str, str]] = {}

    def object(self, value: object) -> object:
        """Return JSON data without what identifies a user."""
        if isinstance(value, str):
            return self.text(value)
        if is_json_array(value):
            return [self.object(item) for item in value]
        if not is_json_object(value):
            return value
        found = {name: _HIDDEN if name in _SECRETS else self.object(member) for name, member in value.items()}
        return self._user(value, found) if _is_user(value) else found

    def text(self, value: str) -> str:
        """Return text without what identifies a user."""
        replaced = _USER.sub(lambda match: match[1] + quote(self._alias(unquote(match[2])), safe=""), value)
        return _EMAIL.sub("user@example.com", replaced)

    def _user(self, value: JsonDict, found: JsonDict) -> JsonDict:
        alias = self._alias(str(value.get("id") or value.get("account_id")))
        changes: JsonDict = {"id": alias, "account_id": alias, "display_name": alias, "images": []}
        return {**found, **{name: change for name, change in changes.items() if value.get(name) is not None}}

    def _alias(self, user_id: str) -> str:
        if user_id == "spotify" or user_id in self._aliases.values():
            return user_id
        return self._aliases.setdefault(user_id, f"user-{len(self._aliases) + 1}")


def _is_user(value: JsonDict) -> bool:
    return value.get("type") == "user" or "display_name" in value
