-- Keys: the lock, the holders. Arguments: the owner; 1 if it has finished, else 0.
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('DEL', KEYS[1])
end
if ARGV[2] == '1' then
    redis.call('ZREM', KEYS[2], ARGV[1])
end
return 1
