-- REFUND: gives points back that were taken in a window, unless it is over.
-- KEYS[1]  the hash of SPEND
-- ARGV[1]  points
-- ARGV[2]  `ends` of the window
-- Result   1 given back, 0 too late

if redis.call('HGET', KEYS[1], 'ends') ~= ARGV[2] then return 0 end
redis.call('HINCRBY', KEYS[1], 'used', -ARGV[1])
return 1
