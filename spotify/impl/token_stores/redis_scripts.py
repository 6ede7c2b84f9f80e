"""What Redis does for the token store in one step each, as Lua scripts. Each may run twice and does no harm.

A user has two keys. The first is a hash: `document` is the token, `granted` the number of the latest holder of the
lock, and `saved` that of the latest writer. The second is the lock: whose it is, for as long as the lease lasts.

A holder's number (a fencing token) is larger than all before it. It is the server's time in microseconds, so that this
holds too where Redis lost its latest writes; and one more than the latest, where the server's time went back.
"""

from __future__ import annotations

from typing import Final

_NEXT_NUMBER: Final = """
local function next_number()
    local time = redis.call('TIME')
    local latest = tonumber(redis.call('HGET', KEYS[1], 'granted') or '0')
    return math.max(time[1] * 1000000 + time[2], latest + 1)
end
local function exactly(number)
    return string.format('%.0f', number)
end
"""

#: Keys: the hash, the lock. Arguments: the owner, milliseconds of the lease, milliseconds to keep a hash without a
#: token, and an owner to take the lock from. Returns the number, or 0; and the milliseconds that are left of the lease.
ACQUIRE: Final = f"""{_NEXT_NUMBER}
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[1] and owner ~= ARGV[4] then
    return {{0, redis.call('PTTL', KEYS[2])}}
end
local number = tonumber(redis.call('HGET', KEYS[1], 'granted') or '0')
if owner ~= ARGV[1] or number == 0 then
    number = next_number()
    redis.call('HSET', KEYS[1], 'granted', exactly(number))
    if redis.call('HEXISTS', KEYS[1], 'document') == 0 then
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
    end
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {{number, tonumber(ARGV[2])}}
"""

#: Keys: the lock. Arguments: the owner.
RELEASE: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('DEL', KEYS[1])
end
return 1
"""

#: Keys: the hash. Returns the document, or nil.
LOAD: Final = """
return redis.call('HGET', KEYS[1], 'document')
"""

#: Keys: the hash. Arguments: the document, the writer's number, or 0 for a new one.
#: Returns 0 if a later holder wrote before.
SAVE: Final = f"""{_NEXT_NUMBER}
local number = tonumber(ARGV[2])
if number == 0 then
    number = next_number()
    redis.call('HSET', KEYS[1], 'granted', exactly(number))
elseif number < tonumber(redis.call('HGET', KEYS[1], 'saved') or '0') then
    return 0
end
redis.call('HSET', KEYS[1], 'document', ARGV[1], 'saved', exactly(number))
redis.call('PERSIST', KEYS[1])
return 1
"""

#: Keys: the hash. Arguments: milliseconds to keep it without a token, in which nobody brings the token back who had the
#: lock before.
DELETE: Final = f"""{_NEXT_NUMBER}
local number = exactly(next_number())
redis.call('HDEL', KEYS[1], 'document')
redis.call('HSET', KEYS[1], 'granted', number, 'saved', number)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
"""

#: Keys: the hash. Arguments: the document that has to be there, what to put in its place. Returns 0 if it was another.
REPLACE: Final = """
local document = redis.call('HGET', KEYS[1], 'document')
if document == ARGV[2] then
    return 1
end
if document ~= ARGV[1] then
    return 0
end
redis.call('HSET', KEYS[1], 'document', ARGV[2])
return 1
"""
