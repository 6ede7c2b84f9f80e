-- The gate that a 429 closes for all workers, and the pauses of single operations. Expects `now`. Keys: the gate.
local gate = KEYS[1]
local function exact(number)
    return string.format('%.0f', number)
end
-- Has no effect on a longer pause. The gate is kept for a day after it opens, so that a worker notices its loss.
local function close_gate(duration, reason)
    local opens_at = tonumber(redis.call('HGET', gate, 'opens_at') or '0')
    if duration > 0 and now + duration > opens_at then
        opens_at = now + duration
        redis.call('HSET', gate, 'opens_at', exact(opens_at), 'passed', 0, 'answered', 0, 'reason', reason)
    end
    redis.call('HSETNX', gate, 'created_at', exact(now))
    redis.call('PEXPIRE', gate, exact(86400000 + math.max(0, opens_at - now) / 1000))
    return opens_at
end
-- The operations that are paused: `operations` is a hash with the time at which each resumes, and why it is paused.
local function paused_operations(operations)
    local paused = {}
    local fields = redis.call('HGETALL', operations)
    for index = 1, #fields, 2 do
        local time, reason = string.match(fields[index + 1], '(%d+) (.*)')
        if tonumber(time) > now then
            paused[fields[index]] = {tonumber(time), reason}
        else
            redis.call('HDEL', operations, fields[index])
        end
    end
    return paused
end
-- Has no effect on a longer pause. While another operation is paused too, all requests are.
local function pause_operation(operations, operation, duration, reason)
    local latest, has_other = now + duration, false
    for other, pause in pairs(paused_operations(operations)) do
        latest = math.max(latest, pause[1])
        has_other = has_other or other ~= operation
        if other == operation and pause[1] > now + duration then
            duration, reason = pause[1] - now, pause[2]
        end
    end
    redis.call('HSET', operations, operation, exact(now + duration) .. ' ' .. reason)
    redis.call('PEXPIRE', operations, exact(math.ceil((latest - now) / 1000)))
    return close_gate(has_other and duration or 0, reason)
end
