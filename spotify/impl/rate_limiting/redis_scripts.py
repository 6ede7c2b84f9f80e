"""What Redis does for the workers of an application in one step each, as Lua scripts. Each may run twice.

An application has four keys, and all times in them are Redis' own, in microseconds:

- the gate, a hash: `opens_at`, when it opens or opened, until enough answers have shown that all is well; how many
  `passed` it since and how many of them were `answered`; and `born`, when all this began, by which a worker notices
  that Redis lost what it was told;
- the permits, a sorted set: a member `worker:number` for each permit that counts, with the time at which it stops to;
- the counts, a hash: how many of these permits each worker has;
- the workers, a hash: when each of them asked last, and what it wanted and did not get.

Why Spotify never counts more than the limit in any window. Redis grants a permit only while fewer than the limit count.
A permit counts from when it is granted, which is before its request is sent. The worker tells how long ago the answer
came, which is after Spotify received the request; it is told later still, so that the time that Redis makes of it (its
own, less that long) is not before the answer; and the permit stops to count a window after that. So each request counts
here for the whole window that it counts for at Spotify, whatever the latencies are. A permit of which nothing is heard
counts for the lease and a window: the lease has to be longer than it takes to learn of a permit and to have the request
answered. Only lengths of time are compared between machines; that Redis' clock does not jump is taken for granted.
"""

from __future__ import annotations

from typing import Final

#: How the scripts know what time it is.
SERVER_TIME: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
"""

_COMMON: Final = """
local gate = KEYS[1]
local function exact(number)
    return string.format('%.0f', number)
end
-- A longer pause stays. The gate is kept for a day after it opens: as long as nothing is, nothing can be missed.
local function close_gate(duration)
    local opens_at = tonumber(redis.call('HGET', gate, 'opens_at') or '0')
    if duration > 0 and now + duration > opens_at then
        opens_at = now + duration
        redis.call('HSET', gate, 'opens_at', exact(opens_at), 'passed', 0, 'answered', 0)
    end
    redis.call('HSETNX', gate, 'born', exact(now))
    redis.call('PEXPIRE', gate, exact(86400000 + math.max(0, opens_at - now) / 1000))
    return opens_at
end
"""

#: Keys: the gate. Arguments: microseconds.
PAUSE: Final = f"""{SERVER_TIME}{_COMMON}
close_gate(tonumber(ARGV[1]))
return 1
"""

#: Keys: the gate, the permits, the counts, the workers. Arguments: a question, as `RedisBudget` puts it. Returns when
#: all began, and how long ago that is; for how long the gate stays closed; how many permits each lane gets, and when
#: there is room for more; the fair share of the one who asks, for each lane; and how many workers there are. If there
#: are none, all began anew: what is counted here is not all that counts, and the worker has to tell first.
EXCHANGE: Final = f"""{SERVER_TIME}{_COMMON}
local ask = cjson.decode(ARGV[1])
local permits, counts, workers = KEYS[2], KEYS[3], KEYS[4]
local opens_at = close_gate(ask.paused)
local closed = math.max(0, opens_at - now)
local born = tonumber(redis.call('HGET', gate, 'born'))
if ask.born ~= 0 and ask.born ~= born then
    return {{born, now - born, closed, 0, 0, 0, 0, 0, 0, 0}}
end

-- What counts.
local function worker_of(permit)
    return string.match(permit, '^[^:]*')
end
local function count_until(time, number)
    if redis.call('ZADD', permits, exact(time), ask.worker .. ':' .. exact(number)) == 1 then
        redis.call('HINCRBY', counts, ask.worker, 1)
    end
end
local function forget(permit)
    local is_there = redis.call('ZREM', permits, permit) == 1
    if is_there and redis.call('HINCRBY', counts, worker_of(permit), -1) <= 0 then
        redis.call('HDEL', counts, worker_of(permit))
    end
    return is_there
end
local function forget_obsolete()
    for _, permit in ipairs(redis.call('ZRANGEBYSCORE', permits, '-inf', exact(now))) do
        forget(permit)
    end
end

-- What the worker tells. Its first new numbers may have been granted to it already, in an answer that was lost.
if ask.complete then
    for _, permit in ipairs(redis.call('ZRANGE', permits, 0, -1)) do
        if worker_of(permit) == ask.worker then
            forget(permit)
        end
    end
end
local number = ask.first
while forget(ask.worker .. ':' .. exact(number)) do
    number = number + 1
end
for _, number in ipairs(ask.unused) do
    forget(ask.worker .. ':' .. exact(number))
end
if ask.limit > 0 then
    for _, number in ipairs(ask.sent) do
        count_until(now + ask.lease + ask.window, number)
    end
    for _, each in ipairs(ask.answered) do
        count_until(now - each[2] + ask.window, each[1])
    end
end
forget_obsolete()

-- The gate. It opens as `Gate` does, for all workers together: one goes first, each answer lets two more out.
local room, gate_opens_further = math.huge, 0
if opens_at > now then
    room, gate_opens_further = 0, closed
elseif opens_at > 0 then
    local answered = tonumber(redis.call('HGET', gate, 'answered'))
    for _, each in ipairs(ask.answered) do
        answered = answered + (each[2] <= now - opens_at and 1 or 0)
    end
    redis.call('HSET', gate, 'answered', answered)
    if answered >= ask.full then
        redis.call('HDEL', gate, 'opens_at', 'passed', 'answered')
        opens_at = 0
    else
        local ahead = tonumber(redis.call('HGET', gate, 'passed')) - 2 * answered
        room = math.max(0, math.floor((now - opens_at) / ask.spacing) + 1 - ahead)
        gate_opens_further = math.max(0, opens_at + ahead * ask.spacing - now)
    end
end

-- Who wants how many. A worker that wants more asks again soon: if it does not, it is gone, or has nothing to do.
local counted_for = {{}}
local fields = redis.call('HGETALL', counts)
for index = 1, #fields, 2 do
    counted_for[fields[index]] = tonumber(fields[index + 1])
end
local counted = counted_for[ask.worker] or 0
local others = {{}}
local wanting, wanting_all = {{counted + ask.interactive}}, {{counted + ask.interactive + ask.bulk}}
fields = redis.call('HGETALL', workers)
for index = 1, #fields, 2 do
    local worker = fields[index]
    local seen, interactive, bulk = string.match(fields[index + 1], '(%d+) (%d+) (%d+)')
    local ago = now - seen
    if ago >= ask.window then
        redis.call('HDEL', workers, worker)
    elseif worker ~= ask.worker then
        if ago >= ask.patience then
            interactive, bulk = 0, 0
        end
        local other = {{counted = counted_for[worker] or 0, interactive = interactive + 0, bulk = bulk + 0}}
        table.insert(others, other)
        table.insert(wanting, other.counted + other.interactive)
        table.insert(wanting_all, other.counted + other.interactive + other.bulk)
    end
end

-- Max-min fairness: the level to which the demands of all can be filled. Beyond it there is what nobody claims.
local function fair_share(cap, demands)
    table.sort(demands)
    local left = cap
    for index, demand in ipairs(demands) do
        local level = left / (#demands - index + 1)
        if demand > level then
            return math.ceil(level)
        end
        left = left - demand
    end
    return cap
end
local share = fair_share(ask.limit, wanting)
local bulk_share = fair_share(ask.bulk_limit, wanting_all)
local claimed, bulk_claimed, interactive_elsewhere = 0, 0, 0
for _, other in ipairs(others) do
    claimed = claimed + math.min(other.interactive, math.max(0, share - other.counted))
    bulk_claimed = bulk_claimed + math.min(other.bulk, math.max(0, bulk_share - other.counted - other.interactive))
    interactive_elsewhere = interactive_elsewhere + other.interactive
end

local used = redis.call('ZCARD', permits)
local next_number = ask.first
local function grant(want, cap, fair, claimed_by_others)
    local granted = math.min(want, room)
    if ask.limit > 0 then
        local free = cap - used
        granted = math.max(0, math.min(granted, free, math.max(fair - counted, free - claimed_by_others)))
        for _ = 1, granted do
            count_until(now + ask.lease + ask.window, next_number)
            next_number = next_number + 1
        end
    end
    room, used, counted = room - granted, used + granted, counted + granted
    return granted
end
local function room_after(want, granted, cap)
    if granted == want then
        return 0
    end
    local too_many = used - cap
    if room > 0 and ask.limit > 0 and too_many >= 0 then
        local entry = redis.call('ZRANGE', permits, too_many, too_many, 'WITHSCORES')
        return entry[2] and math.max(0, entry[2] - now) or ask.window
    end
    return room > 0 and 0 or gate_opens_further
end
local interactive = grant(ask.interactive, ask.limit, share, claimed)
-- As in one line: nobody's bulk goes before anybody's interactive calls.
local bulk = 0
if interactive == ask.interactive then
    bulk = grant(ask.bulk, ask.bulk_limit - interactive_elsewhere, bulk_share, bulk_claimed)
end
if opens_at > 0 and opens_at <= now then
    redis.call('HINCRBY', gate, 'passed', interactive + bulk)
end

if ask.limit > 0 then
    local unmet = string.format('%.0f %d %d', now, ask.interactive - interactive, ask.bulk - bulk)
    redis.call('HSET', workers, ask.worker, unmet)
    redis.call('PEXPIRE', workers, exact(math.ceil(ask.window / 1000)))
    for _, key in ipairs({{permits, counts}}) do
        redis.call('PEXPIRE', key, exact(math.ceil((ask.lease + ask.window) / 1000)))
    end
end
return {{
    born, now - born, closed,
    interactive, bulk,
    room_after(ask.interactive, interactive, ask.limit),
    room_after(ask.bulk, bulk, ask.bulk_limit - interactive_elsewhere),
    share, bulk_share,
    #others + 1
}}
"""
