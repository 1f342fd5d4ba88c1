-- FILL: stores a value, only under the reader's own lease and only if it contains what the fence asks for. An absent key
-- is refused: a flush while the source was read must not admit what was read before it. A value below the
-- floor gives the lease back: after a DELETE every reader finds "known absent", and none should wait for the other.
-- KEYS[1]  the entry
-- ARGV[1]  token of the lease
-- ARGV[2]  lsn: the value contains every commit up to here
-- ARGV[3]  row version of the value, 12 hex digits; all zero where its policy has none
-- ARGV[4]  life of the value, ms; prolonged to the fence's remaining life, for an absent key has no fence
-- ARGV[5]  payload
-- Result   1 stored, 0 refused

local kind, fence, row, held = read(KEYS[1])
if kind ~= 'L' or string.sub(held, HEAD + 14) ~= ARGV[1] then return 0 end
if ARGV[2] < fence then return 0 end
if ARGV[3] < row then
  redis.call('SET', KEYS[1], 'T' .. fence .. row, 'KEEPTTL')
  return 0
end
local ttl = tonumber(ARGV[4])
if fence ~= ZERO then ttl = math.max(ttl, life(KEYS[1])) end
redis.call('SET', KEYS[1], 'V' .. ARGV[2] .. ARGV[3] .. ARGV[1] .. ARGV[5], 'PX', ttl)
return 1
