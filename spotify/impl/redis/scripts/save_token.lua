-- Keys: the hash, the holders. Arguments: the document; the writer's fencing token, or 0 for a new one; the writer as
-- the owner of the lock. Returns 0, and saves nothing, if a later holder wrote before.
local fencing_token = tonumber(ARGV[2])
if fencing_token == 0 then
    fencing_token = next_fencing_token()
    redis.call('HSET', KEYS[1], 'granted', exact(fencing_token))
elseif fencing_token < tonumber(redis.call('HGET', KEYS[1], 'saved') or '0') then
    return 0
end
redis.call('HSET', KEYS[1], 'document', ARGV[1], 'saved', exact(fencing_token))
redis.call('PERSIST', KEYS[1])
-- Earlier holders cannot save any more.
local held_at = redis.call('ZSCORE', KEYS[2], ARGV[3])
if held_at then
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. held_at)
end
return 1
