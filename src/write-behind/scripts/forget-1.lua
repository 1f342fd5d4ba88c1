-- FORGET: drops the sealed batch after it was applied, if it is still the one that was.
-- KEYS[1]  the sealed hash
-- ARGV[1]  the batch's id
-- Result   1 dropped, 0 left alone

if redis.call('HGET', KEYS[1], '#id') ~= ARGV[1] then return 0 end
return redis.call('UNLINK', KEYS[1])
