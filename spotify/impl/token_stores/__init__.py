"""The token stores, one module per kind of storage.

`token_document` is the JSON form of a token and its encryption, for the stores that keep strings. `file_token_store`
also reads token files of other clients. `process_lock` is the lock of the file and keyring stores.
"""

from typing import TYPE_CHECKING

from spotify._lazy_imports import lazy_imports

if TYPE_CHECKING:
    from spotify.impl.token_stores.file_token_store import FileTokenStore
    from spotify.impl.token_stores.keyring_token_store import KeyringTokenStore
    from spotify.impl.token_stores.memory_token_store import MemoryTokenStore
    from spotify.impl.token_stores.redis_token_store import RedisTokenStore
else:
    __getattr__, __dir__ = lazy_imports(
        __name__,
        {
            "spotify.impl.token_stores.file_token_store": ("FileTokenStore",),
            "spotify.impl.token_stores.keyring_token_store": ("KeyringTokenStore",),
            "spotify.impl.token_stores.memory_token_store": ("MemoryTokenStore",),
            "spotify.impl.token_stores.redis_token_store": ("RedisTokenStore",),
        },
    )

__all__ = ["FileTokenStore", "KeyringTokenStore", "MemoryTokenStore", "RedisTokenStore"]
