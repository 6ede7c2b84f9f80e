-- Keys: the hash. Arguments: the expected document, the new document. Returns 0 if the document is another one.
local document = redis.call('HGET', KEYS[1], 'document')
if document == ARGV[2] then
    return 1
end
if document ~= ARGV[1] then
    return 0
end
redis.call('HSET', KEYS[1], 'document', ARGV[2])
return 1
