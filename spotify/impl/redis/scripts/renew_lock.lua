-- spotify/impl/redis/scripts/renew_lock.lua
-- Keys: the lock. Arguments: the owner; milliseconds of the lease. Returns 0 if the owner has lost the lock.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
