-- PUT: stores the row that a writer has just committed, over an older state of the same row.
--
-- Two writers are ordered by the row's version and not by an lsn sampled after COMMIT:
-- 1. W1 commits version 1.  2. W2 commits version 2.  3. W2 samples lsn 30.  4. W1, which was held up, samples lsn 31.
-- The label says what the value contains. It is `before`, sampled between the writer's last statement and its COMMIT, while
-- it held the row's lock: no other commit to this row lies between `before` and its own, and its own is contained by
-- construction. An lsn sampled after COMMIT would claim too much, for the next writer may have committed by then; its
-- conditional invalidation would be ignored.
--
-- Over anything but a value nothing is stored. An absent key may have held a newer row and have been evicted, and "known
-- absent" may be newer than this row; then the version is left behind as a floor, with a fence.
-- KEYS[1]  the entry
-- ARGV[1]  lsn of the fence: at or after the commit
-- ARGV[2]  lsn of the label: before the commit, while the row was locked
-- ARGV[3]  row version after the write, 12 hex digits
-- ARGV[4]  life of the value, ms
-- ARGV[5]  life of the fence, ms; the value lives as long at least, for it is what the floor is kept in
-- ARGV[6]  nonce of the value, 20 hex digits
-- ARGV[7]  payload
-- Result   1 stored, 2 fenced, 0 left alone: what is there is this row or a later state of it

local kind, stored, row, held = read(KEYS[1])
local fenceMs = tonumber(ARGV[5])
local _, _, payload = unmark(string.sub(held, HEAD + 21))
if kind == 'V' and string.sub(payload, 1, 1) ~= 'm' then
  if row >= ARGV[3] then return 0 end
  local value = 'V' .. later(stored, ARGV[2]) .. ARGV[3] .. ARGV[6] .. ARGV[7]
  redis.call('SET', KEYS[1], value, 'PX', math.max(tonumber(ARGV[4]), fenceMs))
  return 1
end

local nowMs = now()
local claims, latest = others(claimsOf(kind, held), '', nowMs)
local letter, ttl = 'T', math.max(fenceMs, latest - nowMs)
if claims ~= '' then letter = 'D' end
if kind ~= '' and kind ~= 'V' then ttl = math.max(ttl, life(KEYS[1])) end
redis.call('SET', KEYS[1], letter .. later(stored, ARGV[1]) .. later(row, ARGV[3]) .. claims, 'PX', ttl)
return 2
