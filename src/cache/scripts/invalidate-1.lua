-- INVALIDATE: replaces whatever the key holds, also nothing, by a fence. A fence only grows, in lsn and in life. Of a dirty
-- entry it takes the writer's own claim away; while other writers claim it, it stays dirty. To repeat it is harmless.
--
-- The row version that is known of the key stays as a floor, because the lsn alone does not order two writers:
-- 1. W1 commits and samples lsn 10.  2. W2 commits at 20 and stores version 2 with PUT, labelled 12.
-- 3. W1 arrives here: the fence is 12.  4. A replica that has replayed 15 passes it, but its row has version 1.
-- KEYS[1]  the entry
-- ARGV[1]  lsn: at or after the commit
-- ARGV[2]  life of the fence, ms; longer than the largest lag that a replica may have and still be read
-- ARGV[3]  '1' conditional: leave alone what is as new already; '0' always
-- ARGV[4]  token of the writer's claim, or ''
-- ARGV[5]  row version after the write, all zero where it is not known: a value of at least that one is as new
-- Result   1 fenced, 0 left alone

local kind, stored, row, held = read(KEYS[1])
local nowMs = now()
local claims, latest = others(claimsOf(kind, held), ARGV[4], nowMs)

-- A dirty entry is never left as it is: the claim may be that of a writer which died after its commit.
if ARGV[3] == '1' and kind ~= '' and kind ~= 'D' then
  if stored >= ARGV[1] or (kind == 'V' and ARGV[5] ~= NO_ROW and row >= ARGV[5]) then return 0 end
end

local ttl = math.max(tonumber(ARGV[2]), latest - nowMs)
if kind == 'T' or kind == 'L' or kind == 'D' then ttl = math.max(ttl, life(KEYS[1])) end
local letter = 'T'
if claims ~= '' then letter = 'D' end
redis.call('SET', KEYS[1], letter .. later(stored, ARGV[1]) .. later(row, ARGV[5]) .. claims, 'PX', ttl)
return 1
