-- STAMP: the stamp that a tag has, or else a new one. A new one asks for no lsn: what it succeeds is not known any more.
-- KEYS[1]  the tag
-- ARGV[1]  nonce of a new stamp, 20 hex digits
-- ARGV[2]  life of a stamp, ms; prolonged by use when less than half of it is left
-- Result   the stamp: 'S', lsn 16, nonce 20

local _, held = readStamp(KEYS[1])
local ttl = tonumber(ARGV[2])
if held ~= '' then
  if life(KEYS[1]) * 2 < ttl then redis.call('PEXPIRE', KEYS[1], ttl) end
  return held
end
local stamp = 'S' .. ZERO .. ARGV[1]
redis.call('SET', KEYS[1], stamp, 'PX', ttl)
return stamp
