-- Records what happened to a worker's permits, and grants more. All times are the server's, in microseconds.
--
-- Keys:
--   gate     hash: `opens_at`, when it opens or opened, until enough responses have been received since; how many
--            requests `passed` since and how many of them were `answered`; `created_at`, when this state was
--            created, by which a worker notices that Redis lost it
--   permits  sorted set: a member `worker:number` for each permit that counts, scored with the time at which it expires
--   counts   hash: the number of permits of each worker
--   workers  hash: when each worker made its last request, and how many permits it requested and did not get
--   operations  hash: when each operation that is paused resumes, and why it is paused
-- Arguments: the request, JSON as `RedisPermits.exchange` writes it.
-- Returns: `created_at`, the age of this state, the time until the gate opens; for interactive and bulk calls the
-- permits granted, the time until more may be available, and the worker's fair share; the number of workers; the reason
-- of the last pause, and the time left and the reason of each pause of an operation, as JSON. 0 workers:
-- `created_at` of the request is that of an earlier state, nothing was recorded, and the worker must send a complete
-- report.
--
-- Why Spotify never counts more than the limit in any window: a permit is granted only while fewer than the limit
-- count. It counts from the grant, which is before its request is sent. The worker reports how long ago the response
-- was received, which is after Spotify received the request. The report arrives later still, so the time computed here
-- (now, less that long) is not before the response, and the permit expires a window after that. So each request counts
-- here for the whole window in which it counts at Spotify, at any latency. A permit without a report
-- counts for the lease and a window: the lease has to be longer than it takes to receive a permit and to have the
-- request answered. Only durations are compared between machines. The server's clock is assumed not to jump.
local request = cjson.decode(ARGV[1])
local permits, counts, workers = KEYS[2], KEYS[3], KEYS[4]
local operations = KEYS[5]
local opens_at = close_gate(request.paused, request.reason)
for operation, pause in pairs(request.paused_operations) do
    opens_at = pause_operation(operations, operation, pause[1], pause[2])
end
local pauses = {reason = redis.call('HGET', gate, 'reason') or '', operations = {}}
for operation, pause in pairs(paused_operations(operations)) do
    pauses.operations[operation] = {pause[1] - now, pause[2]}
end
pauses = cjson.encode(pauses)
local closed = math.max(0, opens_at - now)
local created_at = tonumber(redis.call('HGET', gate, 'created_at'))
if request.created_at ~= 0 and request.created_at ~= created_at then
    return {created_at, now - created_at, closed, 0, 0, 0, 0, 0, 0, 0, pauses}
end

local function worker_of(permit)
    return string.match(permit, '^[^:]*')
end
local function count_until(time, number)
    if redis.call('ZADD', permits, exact(time), request.worker .. ':' .. exact(number)) == 1 then
        redis.call('HINCRBY', counts, request.worker, 1)
    end
end
local function remove(permit)
    local existed = redis.call('ZREM', permits, permit) == 1
    if existed and redis.call('HINCRBY', counts, worker_of(permit), -1) <= 0 then
        redis.call('HDEL', counts, worker_of(permit))
    end
    return existed
end
local function remove_expired()
    for _, permit in ipairs(redis.call('ZRANGEBYSCORE', permits, '-inf', exact(now))) do
        remove(permit)
    end
end

-- The report. The numbers from `first` on may have been granted already, in a reply that was lost.
if request.complete then
    for _, permit in ipairs(redis.call('ZRANGE', permits, 0, -1)) do
        if worker_of(permit) == request.worker then
            remove(permit)
        end
    end
end
local number = request.first
while remove(request.worker .. ':' .. exact(number)) do
    number = number + 1
end
for _, number in ipairs(request.unused) do
    remove(request.worker .. ':' .. exact(number))
end
if request.limit > 0 then
    for _, number in ipairs(request.sent) do
        count_until(now + request.lease + request.window, number)
    end
    for _, response in ipairs(request.answered) do
        count_until(now - response[2] + request.window, response[1])
    end
end
remove_expired()

-- The gate opens as `Gate` does, for all workers together: one request first, two more for each response.
local capacity, gate_delay = math.huge, 0
if opens_at > now then
    capacity, gate_delay = 0, closed
elseif opens_at > 0 then
    local answered = tonumber(redis.call('HGET', gate, 'answered'))
    for _, response in ipairs(request.answered) do
        answered = answered + (response[2] <= now - opens_at and 1 or 0)
    end
    redis.call('HSET', gate, 'answered', answered)
    if answered >= request.responses_to_open then
        redis.call('HDEL', gate, 'opens_at', 'passed', 'answered')
        opens_at = 0
    else
        local ahead = tonumber(redis.call('HGET', gate, 'passed')) - 2 * answered
        capacity = math.max(0, math.floor((now - opens_at) / request.ramp_up_interval) + 1 - ahead)
        gate_delay = math.max(0, opens_at + ahead * request.ramp_up_interval - now)
    end
end

-- The demand of each worker. A worker that needs more permits requests them again within `demand_lifetime`; after
-- that its demand expires.
local counted_by_worker = {}
local fields = redis.call('HGETALL', counts)
for index = 1, #fields, 2 do
    counted_by_worker[fields[index]] = tonumber(fields[index + 1])
end
local counted = counted_by_worker[request.worker] or 0
local others = {}
local interactive_demands = {counted + request.interactive}
local all_demands = {counted + request.interactive + request.bulk}
fields = redis.call('HGETALL', workers)
for index = 1, #fields, 2 do
    local worker = fields[index]
    local seen, interactive, bulk = string.match(fields[index + 1], '(%d+) (%d+) (%d+)')
    local age = now - seen
    if age >= request.window then
        redis.call('HDEL', workers, worker)
    elseif worker ~= request.worker then
        if age >= request.demand_lifetime then
            interactive, bulk = 0, 0
        end
        local other = {counted = counted_by_worker[worker] or 0, interactive = interactive + 0, bulk = bulk + 0}
        table.insert(others, other)
        table.insert(interactive_demands, other.counted + other.interactive)
        table.insert(all_demands, other.counted + other.interactive + other.bulk)
    end
end

-- Max-min fairness: the level up to which all demands can be met. What no worker demands is free for all.
local function fair_share(limit, demands)
    table.sort(demands)
    local left = limit
    for index, demand in ipairs(demands) do
        local level = left / (#demands - index + 1)
        if demand > level then
            return math.ceil(level)
        end
        left = left - demand
    end
    return limit
end
local share = fair_share(request.limit, interactive_demands)
local bulk_share = fair_share(request.bulk_limit, all_demands)
local claimed, bulk_claimed, interactive_of_others = 0, 0, 0
for _, other in ipairs(others) do
    claimed = claimed + math.min(other.interactive, math.max(0, share - other.counted))
    bulk_claimed = bulk_claimed + math.min(other.bulk, math.max(0, bulk_share - other.counted - other.interactive))
    interactive_of_others = interactive_of_others + other.interactive
end

local used = redis.call('ZCARD', permits)
local next_number = request.first
local function grant(requested, limit, fair, claimed_by_others)
    local granted = math.min(requested, capacity)
    if request.limit > 0 then
        local free = limit - used
        granted = math.max(0, math.min(granted, free, math.max(fair - counted, free - claimed_by_others)))
        for _ = 1, granted do
            count_until(now + request.lease + request.window, next_number)
            next_number = next_number + 1
        end
    end
    capacity, used, counted = capacity - granted, used + granted, counted + granted
    return granted
end
local function delay_until_more(requested, granted, limit)
    if granted == requested then
        return 0
    end
    local excess = used - limit
    if capacity > 0 and request.limit > 0 and excess >= 0 then
        local entry = redis.call('ZRANGE', permits, excess, excess, 'WITHSCORES')
        return entry[2] and math.max(0, entry[2] - now) or request.window
    end
    return capacity > 0 and 0 or gate_delay
end
local interactive = grant(request.interactive, request.limit, share, claimed)
-- As in one queue: the interactive calls of all workers go before the bulk calls of any.
local bulk = 0
if interactive == request.interactive then
    bulk = grant(request.bulk, request.bulk_limit - interactive_of_others, bulk_share, bulk_claimed)
end
if opens_at > 0 and opens_at <= now then
    redis.call('HINCRBY', gate, 'passed', interactive + bulk)
end

if request.limit > 0 then
    local unmet = string.format('%.0f %d %d', now, request.interactive - interactive, request.bulk - bulk)
    redis.call('HSET', workers, request.worker, unmet)
    redis.call('PEXPIRE', workers, exact(math.ceil(request.window / 1000)))
    for _, key in ipairs({permits, counts}) do
        redis.call('PEXPIRE', key, exact(math.ceil((request.lease + request.window) / 1000)))
    end
end
return {
    created_at, now - created_at, closed,
    interactive, bulk,
    delay_until_more(request.interactive, interactive, request.limit),
    delay_until_more(request.bulk, bulk, request.bulk_limit - interactive_of_others),
    share, bulk_share,
    #others + 1,
    pauses
}
