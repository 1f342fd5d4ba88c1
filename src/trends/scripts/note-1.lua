-- NOTE: counts how often terms were asked for; an asking is worth half as much after each half-life, with no work to do for
-- it: a score is the logarithm, to base 2, of the sum of 2 ^ (moment of the asking), where moments are in half-lives.
-- KEYS[1]  sorted set: terms by score
-- ARGV[1]  the moment
-- ARGV[2]  how many terms are kept, those with the highest scores
-- ARGV[3]  life of the set, ms, when nothing is asked for any more
-- ARGV[4…] by pairs: how often, term
-- Result   how many terms there are

local now = tonumber(ARGV[1])
for at = 4, #ARGV, 2 do
  local term = ARGV[at + 1]
  local score = now + math.log(tonumber(ARGV[at])) / math.log(2)
  local known = tonumber(redis.call('ZSCORE', KEYS[1], term) or nil)
  if known then
    score = math.max(known, score) + math.log(1 + 2 ^ -math.abs(known - score)) / math.log(2)
  end
  redis.call('ZADD', KEYS[1], string.format('%.17g', score), term)
end
local excess = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[2])
if excess > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, excess - 1) end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('ZCARD', KEYS[1])
