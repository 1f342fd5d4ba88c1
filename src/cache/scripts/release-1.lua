-- RELEASE: gives a lease back unused, so that the next reader need not wait for its deadline. The fence stays.
-- KEYS[1]  the entry
-- ARGV[1]  token of the lease
-- Result   1 released, 0 it was not held any more

local kind, fence, row, held = read(KEYS[1])
if kind ~= 'L' or string.sub(held, HEAD + 14) ~= ARGV[1] then return 0 end
if fence == ZERO and row == NO_ROW then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], 'T' .. fence .. row, 'KEEPTTL')
end
return 1
