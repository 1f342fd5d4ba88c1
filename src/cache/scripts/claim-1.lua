-- CLAIM: lets one reader at a time refresh a value, which meanwhile stays where it is, for everybody to read.
-- KEYS[1]  the entry
-- ARGV[1]  nonce of the value that the reader saw
-- ARGV[2]  nonce that the value gets by the claim
-- ARGV[3]  life of the claim, ms
-- Result   { 'L', lsn }    the claim is yours; read the source at or after the lsn, then REFRESH or UNCLAIM
--          { 'B', lsn }    another reader holds the claim
--          { 'E', lsn }    nobody holds it, but the source failed moments ago
--          { 'V', entry }  the value is another by now, or claimed by another
--          { 'T', lsn }    there is no value any more

local kind, lsn, row, held = read(KEYS[1])
if kind ~= 'V' then return { 'T', lsn } end
if string.sub(held, HEAD + 1, HEAD + 20) ~= ARGV[1] then return { 'V', held } end

local claimMs, nowMs = tonumber(ARGV[3]), now()
local mark, deadline, payload = unmark(string.sub(held, HEAD + 21))
-- As with leases: a deadline too far off was written by another server's clock.
if deadline > nowMs and deadline - nowMs <= claimMs * 10 then
  if mark == 'e' then return { 'E', lsn } end
  return { 'B', lsn }
end
local claimed = 'V' .. lsn .. row .. ARGV[2] .. 'c' .. string.format('%013.0f', nowMs + claimMs) .. payload
redis.call('SET', KEYS[1], claimed, 'KEEPTTL')
return { 'L', lsn }
