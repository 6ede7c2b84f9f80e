-- A user has two keys. The first is a hash: `document` is the token, `granted` the fencing token of the latest holder
-- of the lock, `saved` that of the latest writer. The second is the lock: its owner, for as long as the lease lasts.
--
-- A fencing token is larger than all before it. It is the server's time in microseconds, so that this holds too where
-- Redis lost its latest writes; and one more than the latest, where the server's time went back.
local function next_fencing_token()
    local time = redis.call('TIME')
    local latest = tonumber(redis.call('HGET', KEYS[1], 'granted') or '0')
    return math.max(time[1] * 1000000 + time[2], latest + 1)
end
local function exact(number)
    return string.format('%.0f', number)
end
