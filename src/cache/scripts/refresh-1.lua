-- REFRESH: replaces a value by a newer one, only under the reader's own claim. An invalidation since then has left a
-- fence, and whoever filled the key behind it another nonce: both refuse what was read before them.
-- KEYS[1]  the entry
-- ARGV[1]  nonce of the claim
-- ARGV[2]  lsn: the new value contains every commit up to here
-- ARGV[3]  row version of the new value, 12 hex digits; all zero where its policy has none
-- ARGV[4]  nonce of the new value
-- ARGV[5]  life of the new value, ms; prolonged to the old one's, for an absent key has no lsn to keep
-- ARGV[6]  payload
-- Result   1 stored, 0 refused

local kind, lsn, row, held = read(KEYS[1])
if kind ~= 'V' or string.sub(held, HEAD + 1, HEAD + 20) ~= ARGV[1] then return 0 end
if ARGV[2] < lsn or ARGV[3] < row then return 0 end
local ttl = tonumber(ARGV[5])
if lsn ~= ZERO then ttl = math.max(ttl, life(KEYS[1])) end
redis.call('SET', KEYS[1], 'V' .. ARGV[2] .. ARGV[3] .. ARGV[4] .. ARGV[6], 'PX', ttl)
return 1
