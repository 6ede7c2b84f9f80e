-- Keys: scopes, whose stamps are removed: no entry with an old stamp is found again.
redis.call('UNLINK', unpack(KEYS))
