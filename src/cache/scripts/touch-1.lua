-- TOUCH: gives a tag another stamp, so that no list stored under the old one is valid any more.
-- KEYS[1]  the tag
-- ARGV[1]  lsn: at or after the commit; the stamp's lsn only grows
-- ARGV[2]  nonce of the new stamp
-- ARGV[3]  least life, ms: that of a fence. Whoever loads a list under the stamp prolongs it
-- ARGV[4]  '1' conditional: leave alone what is as new already; '0' always
-- Result   1 touched, 0 left alone

local lsn, held = readStamp(KEYS[1])
if held ~= '' and ARGV[4] == '1' and lsn >= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'S' .. later(lsn, ARGV[1]) .. ARGV[2], 'PX', math.max(tonumber(ARGV[3]), life(KEYS[1])))
return 1
