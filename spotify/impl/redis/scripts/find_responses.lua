-- Keys: scopes, then entries. Arguments: a new stamp; for each scope the milliseconds to keep it, 0 for ever.
-- Returns the stamps and the entries. A scope without a stamp gets the new one.
for scope = 2, #ARGV do
    local lifetime = tonumber(ARGV[scope])
    if lifetime > 0 then
        redis.call('SET', KEYS[scope - 1], ARGV[1], 'NX', 'PX', lifetime)
    else
        redis.call('SET', KEYS[scope - 1], ARGV[1], 'NX')
    end
end
return redis.call('MGET', unpack(KEYS))
