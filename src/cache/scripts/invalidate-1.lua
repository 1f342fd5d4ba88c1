-- INVALIDATE: replaces whatever the key holds, also nothing, by a fence. A fence only grows, in lsn and in life.
-- KEYS[1]  the entry
-- ARGV[1]  lsn: at or after the commit
-- ARGV[2]  life of the fence, ms; longer than the largest lag that a replica may have and still be read
-- ARGV[3]  '1' conditional: leave alone what is as new already; '0' always
-- Result   1 fenced, 0 left alone

local kind, stored, row = read(KEYS[1])
if kind ~= '' and ARGV[3] == '1' and stored >= ARGV[1] then return 0 end
local ttl = tonumber(ARGV[2])
if kind == 'T' or kind == 'L' then ttl = math.max(ttl, life(KEYS[1])) end
redis.call('SET', KEYS[1], 'T' .. later(stored, ARGV[1]) .. row, 'PX', ttl)
return 1
