-- CLEAN: takes back the claim of a writer that has rolled back. What other writers claim, and the fence, stay.
-- KEYS[1]  the entry
-- ARGV[1]  token of the writer
-- Result   1 done, 0 there was nothing to take back

local kind, fence, row, held = read(KEYS[1])
local claimed = claimsOf(kind, held)
local claims = others(claimed, ARGV[1], now())
if #claims == #claimed then return 0 end
if claims ~= '' then
  redis.call('SET', KEYS[1], 'D' .. fence .. row .. claims, 'KEEPTTL')
elseif fence == ZERO and row == NO_ROW then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], 'T' .. fence .. row, 'KEEPTTL')
end
return 1
