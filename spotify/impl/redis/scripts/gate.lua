-- The gate that a 429 closes for all workers. Expects `now`. Keys: the gate.
local gate = KEYS[1]
local function exact(number)
    return string.format('%.0f', number)
end
-- Has no effect on a longer pause. The gate is kept for a day after it opens, so that a worker notices its loss.
local function close_gate(duration)
    local opens_at = tonumber(redis.call('HGET', gate, 'opens_at') or '0')
    if duration > 0 and now + duration > opens_at then
        opens_at = now + duration
        redis.call('HSET', gate, 'opens_at', exact(opens_at), 'passed', 0, 'answered', 0)
    end
    redis.call('HSETNX', gate, 'created_at', exact(now))
    redis.call('PEXPIRE', gate, exact(86400000 + math.max(0, opens_at - now) / 1000))
    return opens_at
end
