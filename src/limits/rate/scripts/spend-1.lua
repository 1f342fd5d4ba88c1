-- SPEND: takes points in the windows of keys, each of which begins with the first point.
-- KEYS[]   for each asker a hash of one window: `used`, points; `ends`, when it is over, epoch ms by this server
-- ARGV[]   for each of them three:
--            points to take
--            the most that may be taken in all; '' for any number
--            length of a window, ms
-- Result   for each {1 taken or 0 not, points taken in all, `ends`, ms until then}

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function spend(key, points, most, length)
  local used, ends = unpack(redis.call('HMGET', key, 'used', 'ends'))
  used, ends = tonumber(used or '0'), tonumber(ends or now + length)
  local isSpent = most == '' or used + points <= tonumber(most)
  if isSpent then
    used = used + points
    -- With whole numbers only: as floating point they would have an exponent.
    redis.call('HSET', key, 'used', string.format('%d', used), 'ends', string.format('%d', ends))
    redis.call('PEXPIREAT', key, string.format('%d', ends))
  end
  return { isSpent and 1 or 0, used, ends, math.max(0, ends - now) }
end

local results = {}
for index, key in ipairs(KEYS) do
  results[index] = spend(key, unpack(ARGV, 3 * index - 2, 3 * index))
end
return results
