-- TOUCH: notes when somebody was active last; a time never goes back.
-- KEYS[1]  sorted set of one shard: who was active, by epoch ms
-- ARGV[1]  who was active at this time or later is here, epoch ms
-- ARGV[2…] by pairs: epoch ms, id
-- Result   the ids that were not here before and are now

local since, came = tonumber(ARGV[1]), {}
for at = 2, #ARGV, 2 do
  local time, id = tonumber(ARGV[at]), ARGV[at + 1]
  local last = tonumber(redis.call('ZSCORE', KEYS[1], id) or nil)
  if not last or last < time then
    redis.call('ZADD', KEYS[1], ARGV[at], id)
    if time >= since and not (last and last >= since) then came[#came + 1] = id end
  end
end
return came
