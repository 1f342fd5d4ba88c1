-- SEAL: the batch to apply now. One that was sealed earlier comes again until it is forgotten; only then is the next sealed.
-- KEYS[1]  the hash that gathers
-- KEYS[2]  the sealed hash
-- Result   its fields and values, `#id` among them; empty where nothing was gathered

if redis.call('EXISTS', KEYS[2]) == 0 then
  if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
  redis.call('RENAME', KEYS[1], KEYS[2])
end
return redis.call('HGETALL', KEYS[2])
