-- Keys: the hash. Arguments: milliseconds to keep the hash without a token. For that long an earlier holder of the lock
-- cannot save the token again.
local fencing_token = exact(next_fencing_token())
redis.call('HDEL', KEYS[1], 'document')
redis.call('HSET', KEYS[1], 'granted', fencing_token, 'saved', fencing_token)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
