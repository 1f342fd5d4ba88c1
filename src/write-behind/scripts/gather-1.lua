-- GATHER: adds one chunk of a process to the batch that is gathering, wholly or not at all, and once however often it is sent.
-- KEYS[1]  the hash that gathers: `#id` and `#since` of the batch; a sum under `+<field>`, a latest value under `><field>`
-- KEYS[2]  the number of the process's last chunk
-- ARGV[1]  the chunk's number, counting up from 1
-- ARGV[2]  life of KEYS[2], ms; longer than a process goes on repeating a chunk
-- ARGV[3]  with as many fields or more the hash is full
-- ARGV[4]  the id for a batch that begins here
-- ARGV[5]  epoch ms
-- ARGV[6…] by threes: '+' or '>', field, integer
-- Result   {'added' | 'repeated' | 'full', fields, epoch ms since which the batch gathers, or '0'}

local function state(outcome)
  return {outcome, math.max(0, redis.call('HLEN', KEYS[1]) - 2), redis.call('HGET', KEYS[1], '#since') or '0'}
end

if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[1]) then return state('repeated') end
local fields = redis.call('HLEN', KEYS[1])
if fields >= tonumber(ARGV[3]) + 2 then return state('full') end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
if fields == 0 then redis.call('HSET', KEYS[1], '#id', ARGV[4], '#since', ARGV[5]) end
for at = 6, #ARGV, 3 do
  local field, value = ARGV[at] .. ARGV[at + 1], ARGV[at + 2]
  if ARGV[at] == '+' then
    -- A sum that is no integer any more is let be: an error here would leave half a chunk.
    redis.pcall('HINCRBY', KEYS[1], field, value)
  else
    local kept = tonumber(redis.call('HGET', KEYS[1], field) or nil)
    if not kept or kept < tonumber(value) then redis.call('HSET', KEYS[1], field, value) end
  end
end
return state('added')
