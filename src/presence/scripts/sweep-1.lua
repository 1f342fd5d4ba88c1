-- SWEEP: removes some of those who were active last before a time. Whoever is active at the same moment comes before it or
-- behind it, and in both cases stays.
-- KEYS[1]  sorted set of one shard: who was active, by epoch ms
-- ARGV[1]  epoch ms
-- ARGV[2]  how many at most: so that no other client has to wait for long
-- Result   {removed, left}

local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
if #ids > 0 then redis.call('ZREM', KEYS[1], unpack(ids)) end
return {#ids, redis.call('ZCARD', KEYS[1])}
