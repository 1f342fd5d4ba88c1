-- LEASE: lets one reader at a time fill a key. Keeps the fence, and never shortens its life. A dirty entry is not leased
-- until the last claim has been taken away or has ended.
-- KEYS[1]  the entry
-- ARGV[1]  token of the reader, 20 hex digits
-- ARGV[2]  life of the lease, ms
-- ARGV[3]  head (49 bytes) of a value that the reader saw and cannot use, or ''; such a value is given up for its lsn
-- Result   { 'V', entry }                somebody has filled it by now
--          { 'D', fence }                dirty: read the primary, and do not fill
--          { 'B', fence, row, ms left }  another reader holds the lease
--          { 'L', fence, row }           the lease is yours; read the source at or after the fence, then FILL or RELEASE
--          `row` is the least version that the row may have: a replica can be past the fence and still before it (INVALIDATE)

local kind, fence, row, held = read(KEYS[1])
if kind == 'V' and string.sub(held, 1, HEAD + 20) ~= ARGV[3] then return { 'V', held } end

local leaseMs, nowMs = tonumber(ARGV[2]), now()
if kind == 'L' then
  local left = tonumber(string.sub(held, HEAD + 1, HEAD + 13)) - nowMs
  -- A deadline further off than any lease lasts was written by another server's clock: that lease is void.
  if left > 0 and left <= leaseMs * 10 then return { 'B', fence, row, left } end
end
if others(claimsOf(kind, held), '', nowMs) ~= '' then return { 'D', fence } end

local keep = 0
if kind ~= '' then keep = life(KEYS[1]) end
local lease = 'L' .. fence .. row .. string.format('%013.0f', nowMs + leaseMs) .. ARGV[1]
redis.call('SET', KEYS[1], lease, 'PX', math.max(keep, leaseMs))
return { 'L', fence, row }
