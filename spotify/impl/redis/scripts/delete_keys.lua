-- Keys: what to delete: entries, or the stamps of scopes, so that no entry with an old stamp is found again.
redis.call('UNLINK', unpack(KEYS))
