-- RESTORE: makes the hash anew from what is recorded elsewhere, if there is none.
-- KEYS[1]  the hash of CONSUME
-- ARGV[1]  its life, ms
-- ARGV[2…] by twos: a consumption's id, its counters by blanks
-- Result   1 made, 0 there was one

if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
-- Also a hash without consumptions must be there.
redis.call('HSET', KEYS[1], '!', 'known')
for at = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[1], '@' .. ARGV[at], 'restored ' .. ARGV[at + 1])
  for counter in string.gmatch(ARGV[at + 1], '%S+') do redis.call('HINCRBY', KEYS[1], '#' .. counter, 1) end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
