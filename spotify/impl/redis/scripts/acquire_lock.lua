-- Keys: the hash, the lock, the holders. Arguments: the owner; milliseconds of the lease; milliseconds to keep a hash
-- without a token, and the holders; an owner to take the lock from. Returns the fencing token, or 0 if another owner
-- holds the lock; and the milliseconds left of the lease.
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[1] and owner ~= ARGV[4] then
    return {0, redis.call('PTTL', KEYS[2])}
end
local fencing_token = tonumber(redis.call('HGET', KEYS[1], 'granted') or '0')
if owner ~= ARGV[1] or fencing_token == 0 then
    fencing_token = next_fencing_token()
    redis.call('HSET', KEYS[1], 'granted', exact(fencing_token))
    if redis.call('HEXISTS', KEYS[1], 'document') == 0 then
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
    end
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[3] * 1000)
redis.call('ZADD', KEYS[3], now, ARGV[1])
redis.call('PEXPIRE', KEYS[3], ARGV[3])
return {fencing_token, tonumber(ARGV[2])}
