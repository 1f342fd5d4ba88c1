-- Put in front of every script of this folder. The layouts are those of entry.ts, read strictly.

local ZERO = '0000000000000000'

local function hex(text, length)
  return #text == length and not string.find(text, '[^0-9a-f]')
end

-- Returns the entry's kind, 'V', 'T' or 'L', with its lsn and its bytes; '' when there is none or it is not ours,
-- be it another type or bytes that no gateway wrote: it may then be overwritten.
local function read(key)
  local held = redis.pcall('GET', key)
  if type(held) ~= 'string' then return '', ZERO, '' end
  local kind, lsn = string.sub(held, 1, 1), string.sub(held, 2, 17)
  local ours = hex(lsn, 16) and (
    (kind == 'V' and hex(string.sub(held, 18, 37), 20)) or
    (kind == 'T' and #held == 17) or
    (kind == 'L' and #held == 50 and not string.find(string.sub(held, 18, 30), '%D') and hex(string.sub(held, 31), 20)))
  if ours then return kind, lsn, held end
  return '', ZERO, ''
end

-- Milliseconds the key has left; 0 when it does not exist or has no end.
local function life(key)
  return math.max(redis.call('PTTL', key), 0)
end
