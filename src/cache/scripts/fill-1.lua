-- FILL: stores a value, only under the reader's own lease and only if it contains what the fence asks for. An absent key
-- is refused: a flush while the source was read must not admit what was read before it.
-- KEYS[1]  the entry
-- ARGV[1]  token of the lease
-- ARGV[2]  lsn: the value contains every commit up to here
-- ARGV[3]  life of the value, ms; prolonged to the fence's remaining life, for an absent key has no fence
-- ARGV[4]  payload
-- Result   1 stored, 0 refused

local kind, fence, held = read(KEYS[1])
if kind ~= 'L' or string.sub(held, 31) ~= ARGV[1] or ARGV[2] < fence then return 0 end
local ttl = tonumber(ARGV[3])
if fence ~= ZERO then ttl = math.max(ttl, life(KEYS[1])) end
redis.call('SET', KEYS[1], 'V' .. ARGV[2] .. ARGV[1] .. ARGV[4], 'PX', ttl)
return 1
