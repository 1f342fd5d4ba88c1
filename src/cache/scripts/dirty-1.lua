-- DIRTY: says before COMMIT that a writer may be about to change the row: until INVALIDATE or CLEAN takes the claim away,
-- or its deadline passes, nobody reads the entry or fills it. What a writer killed after COMMIT leaves behind is thus no
-- old value but a claim, which ends by itself.
--
-- There are never more than LIMIT claims. Those beyond share one that belongs to nobody and lasts as long as the longest of
-- them: no claim could give way without the key looking clean while its writer commits. So a key that so many write at once
-- is read past the cache for one `markMs` too long; the row's lock keeps all but one writer of a row from coming here.
-- KEYS[1]  the entry
-- ARGV[1]  token of the writer, 20 hex digits
-- ARGV[2]  life of the claim, ms
-- ARGV[3]  life of a fence, ms
-- Result   1

local LIMIT, NOBODY = 32, string.rep('0', 20)
local kind, fence, row, held = read(KEYS[1])
local nowMs = now()
local deadline = nowMs + tonumber(ARGV[2])
local claims, latest = others(claimsOf(kind, held), ARGV[1], nowMs)
local token = ARGV[1]
if #claims >= (LIMIT - 1) * MARK then
  token, deadline = NOBODY, math.max(deadline, latest)
  claims = others(claims, NOBODY, nowMs)
end
claims = claims .. string.format('%013.0f', deadline) .. token

-- The fence, which may have been the lsn of a value, lasts as long as it would have without the claim.
local ttl = math.max(deadline, latest) - nowMs
if kind ~= '' then ttl = math.max(ttl, life(KEYS[1])) end
if fence ~= ZERO or row ~= NO_ROW then ttl = math.max(ttl, tonumber(ARGV[3])) end
redis.call('SET', KEYS[1], 'D' .. fence .. row .. claims, 'PX', ttl)
return 1
