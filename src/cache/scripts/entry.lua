-- Put in front of every script of this folder. The layouts are those of entry.ts, read strictly.

local ZERO = '0000000000000000'
local NO_ROW = '000000000000'
local HEAD, MARK = 29, 33

local function hex(text, length)
  return #text == length and not string.find(text, '[^0-9a-f]')
end

-- A lease or a marker: deadline in 13 decimal digits, token in 20 hex digits.
local function isClaim(text)
  return #text == MARK and not string.find(string.sub(text, 1, 13), '%D') and hex(string.sub(text, 14), 20)
end

local function areClaims(text)
  if #text == 0 or #text % MARK ~= 0 then return false end
  for at = 1, #text, MARK do
    if not isClaim(string.sub(text, at, at + MARK - 1)) then return false end
  end
  return true
end

-- Returns the entry's kind, 'V', 'T', 'L' or 'D', with its lsn, its row version and its bytes; '' when there is none or
-- it is not ours, be it another type or bytes that no gateway wrote: it may then be overwritten.
local function read(key)
  local held = redis.pcall('GET', key)
  if type(held) ~= 'string' then return '', ZERO, NO_ROW, '' end
  local kind, lsn, row, rest = string.sub(held, 1, 1), string.sub(held, 2, 17), string.sub(held, 18, 29), string.sub(held, 30)
  local ours = hex(lsn, 16) and hex(row, 12) and (
    (kind == 'V' and hex(string.sub(rest, 1, 20), 20)) or
    (kind == 'T' and #rest == 0) or
    (kind == 'L' and isClaim(rest)) or
    (kind == 'D' and areClaims(rest)))
  if ours then return kind, lsn, row, held end
  return '', ZERO, NO_ROW, ''
end

-- What a dirty entry holds behind its head; '' for the other kinds.
local function claimsOf(kind, held)
  if kind ~= 'D' then return '' end
  return string.sub(held, HEAD + 1)
end

-- Those of `claims` that have not ended, but for the one of `token`; and the latest deadline among them, or 0.
local function others(claims, token, nowMs)
  local live, latest = '', 0
  for at = 1, #claims, MARK do
    local claim = string.sub(claims, at, at + MARK - 1)
    local deadline = tonumber(string.sub(claim, 1, 13))
    if deadline > nowMs and string.sub(claim, 14) ~= token then
      live, latest = live .. claim, math.max(latest, deadline)
    end
  end
  return live, latest
end

-- Milliseconds the key has left; 0 when it does not exist or has no end.
local function life(key)
  return math.max(redis.call('PTTL', key), 0)
end

-- Epoch ms by the clock of this server.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function later(one, other)
  if one > other then return one end
  return other
end

-- A claimed value has a mark in front of its payload, 'c' claimed or 'e' the source failed, and 13 digits of deadline.
-- Returns the mark, '' when there is none, its deadline, and the payload itself.
local function unmark(payload)
  local mark, deadline = string.sub(payload, 1, 1), string.sub(payload, 2, 14)
  if (mark ~= 'c' and mark ~= 'e') or #deadline ~= 13 or string.find(deadline, '%D') then return '', 0, payload end
  return mark, tonumber(deadline), string.sub(payload, 15)
end

-- A tag's stamp: 'S', lsn 16, nonce 20. Returns its lsn and its bytes; ZERO and '' when there is none or it is not ours.
local function readStamp(key)
  local held = redis.pcall('GET', key)
  if type(held) ~= 'string' or string.sub(held, 1, 1) ~= 'S' or not hex(string.sub(held, 2), 36) then return ZERO, '' end
  return string.sub(held, 2, 17), held
end
