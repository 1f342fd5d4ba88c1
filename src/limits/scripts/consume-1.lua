-- CONSUME: raises all counters of one consumption, or none; once however often it is sent.
-- KEYS[1]  hash of one subject in one period: a number under `#<counter>`; under `@<consumption>` the attempt that holds it
--          and the counters that it has raised, by blanks
-- ARGV[1]  the consumption's id
-- ARGV[2]  the attempt: a refund of an earlier one does not take back what this one gets
-- ARGV[3…] by twos: counter, its limit
-- Result   'passed', 'unknown' where there is no hash, or the counter that is used up behind a '#'

if redis.call('EXISTS', KEYS[1]) == 0 then return 'unknown' end
local consumption = '@' .. ARGV[1]
local held = redis.call('HGET', KEYS[1], consumption)
if held then
  redis.call('HSET', KEYS[1], consumption, ARGV[2] .. string.match(held, '^%S+(.*)$'))
  return 'passed'
end
local now = ARGV[2]
for at = 3, #ARGV, 2 do
  local used = tonumber(redis.call('HGET', KEYS[1], '#' .. ARGV[at]) or '0')
  if used >= tonumber(ARGV[at + 1]) then return '#' .. ARGV[at] end
end
for at = 3, #ARGV, 2 do
  redis.call('HINCRBY', KEYS[1], '#' .. ARGV[at], 1)
  now = now .. ' ' .. ARGV[at]
end
redis.call('HSET', KEYS[1], consumption, now)
return 'passed'
