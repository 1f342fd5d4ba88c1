-- Behind a script that was made a function of its keys and arguments: calls it once for each key, with as many arguments for each.
-- Result   one reply for each key; where the function threw, its error

local each = #ARGV / #KEYS
local replies = {}
for index, key in ipairs(KEYS) do
  local own = {}
  for place = 1, each do own[place] = ARGV[(index - 1) * each + place] end
  local done, reply = pcall(one, { key }, own)
  if not done and type(reply) ~= 'table' then reply = redis.error_reply(tostring(reply)) end
  replies[index] = reply
end
return replies
