-- Keys: the holders. Arguments: an owner. Returns a list of one number: the milliseconds since another owner that has
-- not finished last held the lock, or -1 if there is none.
for _, owner in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, 1)) do
    if owner ~= ARGV[1] then
        return {math.max(0, now - redis.call('ZSCORE', KEYS[1], owner)) / 1000}
    end
end
return {-1}
