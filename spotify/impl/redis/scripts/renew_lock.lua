-- Keys: the lock, the holders. Arguments: the owner; milliseconds of the lease. Returns 0 if the owner has lost the
-- lock.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
redis.call('ZADD', KEYS[2], now, ARGV[1])
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
