-- REFUND: takes a consumption back, if it is there and held by the attempt.
-- KEYS[1]  the hash of CONSUME
-- ARGV[1]  the consumption's id
-- ARGV[2]  the attempt, or '' for whichever holds it
-- Result   1 taken back, 0 left alone

local consumption = '@' .. ARGV[1]
local held = redis.call('HGET', KEYS[1], consumption)
if not held then return 0 end
local attempt
for word in string.gmatch(held, '%S+') do
  if not attempt then
    attempt = word
    if ARGV[2] ~= '' and ARGV[2] ~= attempt then return 0 end
  else
    redis.call('HINCRBY', KEYS[1], '#' .. word, -1)
  end
end
return redis.call('HDEL', KEYS[1], consumption)
