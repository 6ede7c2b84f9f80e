-- Adds an update to the usage ledger and returns what it holds. Keys: the pauses, the writer, the buckets.
-- Arguments: the update's number, the time, the seconds to keep a bucket, the number of additions; for each of these the
-- position of the bucket's key, the field and the amount; for each pause the operation ('' for all), the end and the reason.
local function end_of(pause)
    return pause and tonumber(string.match(pause, '^(%S+)')) or 0
end

if #ARGV > 4 and redis.call('GET', KEYS[2]) ~= ARGV[1] then
    local next_pause = 5 + 3 * tonumber(ARGV[4])
    for position = 5, next_pause - 1, 3 do
        local bucket = KEYS[tonumber(ARGV[position])]
        redis.call('HINCRBY', bucket, ARGV[position + 1], ARGV[position + 2])
        redis.call('EXPIRE', bucket, ARGV[3])
    end
    for position = next_pause, #ARGV, 3 do
        if end_of(redis.call('HGET', KEYS[1], ARGV[position])) < tonumber(ARGV[position + 1]) then
            redis.call('HSET', KEYS[1], ARGV[position], ARGV[position + 1] .. ' ' .. ARGV[position + 2])
        end
    end
    redis.call('SET', KEYS[2], ARGV[1], 'EX', 3600)
end

local pauses = redis.call('HGETALL', KEYS[1])
local active, longest = {}, 0
for index = 1, #pauses, 2 do
    local seconds = end_of(pauses[index + 1]) - tonumber(ARGV[2])
    if seconds > 0 then
        table.insert(active, pauses[index])
        table.insert(active, pauses[index + 1])
        longest = math.max(longest, seconds)
    else
        redis.call('HDEL', KEYS[1], pauses[index])
    end
end
if longest > 0 then
    redis.call('EXPIRE', KEYS[1], string.format('%.0f', math.ceil(longest)))
end

local content = {active}
for index = 3, #KEYS do
    table.insert(content, redis.call('HGETALL', KEYS[index]))
end
return content
