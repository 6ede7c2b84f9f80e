-- Keys: the hash. Returns the document, or nil.
return redis.call('HGET', KEYS[1], 'document')
