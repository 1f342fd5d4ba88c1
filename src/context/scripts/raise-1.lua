-- RAISE: keeps a session's latest write; requests of one session that write at once may arrive here in any order.
-- KEYS[1]  the session's mark: 16 hex digits of the lsn, then the time
-- ARGV[1]  lsn
-- ARGV[2]  epoch ms
-- ARGV[3]  life, ms
-- Result   what is kept

local lsn, at = ARGV[1], tonumber(ARGV[2])
local kept = redis.call('GET', KEYS[1])
if kept then
  local keptAt = tonumber(string.sub(kept, 17))
  if string.sub(kept, 1, 16) > lsn then lsn = string.sub(kept, 1, 16) end
  if keptAt and keptAt > at then at = keptAt end
end
local mark = lsn .. string.format('%.0f', at)
redis.call('SET', KEYS[1], mark, 'PX', ARGV[3])
return mark
