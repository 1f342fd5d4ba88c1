-- RENEW: prolongs a lease while its holder still reads the source. Only what is held: a lease that ended, or that an
-- invalidation took away, is not given again, for the source was read before.
-- KEYS[1]  the entry
-- ARGV[1]  token of the lease
-- ARGV[2]  life of the lease from now on, ms
-- Result   1 prolonged, 0 it was not held any more

local kind, fence, row, held = read(KEYS[1])
if kind ~= 'L' or string.sub(held, HEAD + 14) ~= ARGV[1] then return 0 end
local leaseMs, nowMs = tonumber(ARGV[2]), now()
if tonumber(string.sub(held, HEAD + 1, HEAD + 13)) <= nowMs then return 0 end
local lease = 'L' .. fence .. row .. string.format('%013.0f', nowMs + leaseMs) .. ARGV[1]
redis.call('SET', KEYS[1], lease, 'PX', math.max(life(KEYS[1]), leaseMs))
return 1
