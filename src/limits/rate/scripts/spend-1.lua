-- SPEND: takes points in the window of a key, which begins with the first.
-- KEYS[1]  hash of one window: `used`, points; `ends`, when it is over, epoch ms by this server
-- ARGV[1]  points to take
-- ARGV[2]  the most that may be taken in all; '' for any number
-- ARGV[3]  length of a window, ms
-- Result   {1 taken or 0 not, points taken in all, `ends`, ms until then}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local used, ends = unpack(redis.call('HMGET', KEYS[1], 'used', 'ends'))
used, ends = tonumber(used or '0'), tonumber(ends or now + ARGV[3])
local isSpent = ARGV[2] == '' or used + ARGV[1] <= tonumber(ARGV[2])
if isSpent then
  used = used + ARGV[1]
  -- With whole numbers only: as floating point they would have an exponent.
  redis.call('HSET', KEYS[1], 'used', string.format('%d', used), 'ends', string.format('%d', ends))
  redis.call('PEXPIREAT', KEYS[1], string.format('%d', ends))
end
return { isSpent and 1 or 0, used, ends, math.max(0, ends - now) }
