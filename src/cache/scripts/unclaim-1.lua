-- UNCLAIM: gives a claim back without a new value; the old one stays.
-- KEYS[1]  the entry
-- ARGV[1]  nonce of the claim
-- ARGV[2]  ms for which nobody need try again, because the source failed; 0 when it was not asked
-- Result   1 given back, 0 it was not held any more

local kind, lsn, row, held = read(KEYS[1])
if kind ~= 'V' or string.sub(held, HEAD + 1, HEAD + 20) ~= ARGV[1] then return 0 end
local mark, _, payload = unmark(string.sub(held, HEAD + 21))
if mark ~= 'c' then return 0 end
local pauseMs = tonumber(ARGV[2])
if pauseMs > 0 then payload = 'e' .. string.format('%013.0f', now() + pauseMs) .. payload end
redis.call('SET', KEYS[1], 'V' .. lsn .. row .. ARGV[1] .. payload, 'KEEPTTL')
return 1
