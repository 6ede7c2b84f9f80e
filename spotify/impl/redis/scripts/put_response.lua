-- Keys: an entry. Arguments: its value, the milliseconds to keep it.
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
