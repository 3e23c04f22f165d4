"""What must happen at once on a Redis or Valkey server: one script each. The server's clock is read inside it.

Every script is given the same four names: what all logins' hashes begin with, and the three sorted sets that name the
logins by when they are due, by when their life is over, and by when they began. What belongs to a login is in one hash.
A write sends to disk only what it changes.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

from attrs import field, frozen

from itsme_facade.store.phases import NOBODY_TOOK_IT, UNREADABLE

DAY = 86_400
"""Seconds. How much longer than its life the server itself keeps a login: a sweep that comes late can still name it."""
PAGE = 1_000
"""The most logins that one script looks at or erases, give or take."""

_CLOCK = f"""
local day, page_size = {DAY}, {PAGE}
local clock = redis.call('TIME')
local now_text = clock[1] .. '.' .. string.format('%06d', clock[2])
local now = tonumber(now_text)
local function exact(number) return string.format('%.17g', number) end
"""

_FORGET = """
local hash_of, due, over, born = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local function forget(id)
  redis.call('DEL', hash_of .. id)
  redis.call('ZREM', due, id)
  redis.call('ZREM', over, id)
  redis.call('ZREM', born, id)
end
"""


@frozen
class Script:
    """A Lua script."""

    text: str

    @cached_property
    def sha(self) -> bytes:
        """The name that a server knows it by."""
        return hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest().encode()


READ = Script(_CLOCK + "return {now_text, redis.call('HGETALL', KEYS[1] .. ARGV[1])}")

TAKE = Script(
    _CLOCK
    + """
local id, hash = ARGV[1], KEYS[1] .. ARGV[1]
local flat, held = redis.call('HGETALL', hash), {}
for place = 1, #flat, 2 do held[flat[place]] = flat[place + 1] end
if held['phase'] ~= 'started' or held['state_digest'] ~= ARGV[2] or held['browser_digest'] ~= ARGV[3]
  or tonumber(held['expires_at']) <= now then
  return {now_text, flat, 0}
end
local due_at = exact(now + tonumber(ARGV[4]))
local version = string.format('%d', held['version'] + 1)
redis.call('HSET', hash, 'phase', 'claimed', 'version', version, 'bound', '1', 'due_at', due_at)
redis.call('ZADD', KEYS[2], due_at, id)
return {now_text, redis.call('HGETALL', hash), 1}
"""
)

# The first write is one that a full memory refuses, so that a refused script has written nothing at all.
INSERT = Script(
    _CLOCK
    + _FORGET
    + """
local id, over_at, hash = ARGV[1], now + tonumber(ARGV[2]), hash_of .. ARGV[1]
if redis.call('EXISTS', hash) == 1 then return false end
redis.call('HSET', hash, 'created_at', exact(now), 'expires_at', exact(over_at), unpack(ARGV, 3))
redis.call('PEXPIREAT', hash, math.ceil((over_at + day) * 1000))
redis.call('ZADD', born, exact(now), id)
redis.call('ZADD', over, exact(over_at), id)
for _, old in ipairs(redis.call('ZRANGEBYSCORE', over, '-inf', exact(now - day), 'LIMIT', 0, 10)) do
  forget(old)
end
return now_text
"""
)

# The client names the fields that change, and the ones that become empty. The times are set here.
SWAP = Script(
    _CLOCK
    + """
local id, hash = ARGV[1], KEYS[1] .. ARGV[1]
if redis.call('HGET', hash, 'version') ~= ARGV[2] then return false end
local last = 7 + ARGV[7]
local set, due_at, over_at = {unpack(ARGV, 8, last)}, nil, nil
local function put(name, value) set[#set + 1] = name; set[#set + 1] = value end
if ARGV[4] ~= '' then over_at = exact(now + tonumber(ARGV[4])); put('expires_at', over_at) end
if ARGV[5] ~= '' then put('delivered_at', exact(now)) end
if ARGV[6] ~= '' then put('code_until', exact(now + tonumber(ARGV[6]))) end
if ARGV[3] ~= '' and ARGV[3] ~= 'kept' then due_at = exact(now + tonumber(ARGV[3])); put('due_at', due_at) end
redis.call('HSET', hash, unpack(set))
if #ARGV > last then redis.call('HDEL', hash, unpack(ARGV, last + 1)) end
if due_at then redis.call('ZADD', KEYS[2], due_at, id)
elseif ARGV[3] == '' and redis.call('HDEL', hash, 'due_at') == 1 then redis.call('ZREM', KEYS[2], id) end
if over_at then
  redis.call('ZADD', KEYS[3], over_at, id)
  redis.call('PEXPIREAT', hash, math.ceil((tonumber(over_at) + day) * 1000))
end
return now_text
"""
)

DUE = Script(
    _CLOCK
    + """
local found, limit, from = {}, tonumber(ARGV[1]), 0
while #found < limit do
  local page = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', exact(now), 'LIMIT', from, page_size)
  for _, id in ipairs(page) do
    local over_at = redis.call('ZSCORE', KEYS[3], id)
    if over_at and tonumber(over_at) > now and #found < limit then found[#found + 1] = id end
  end
  if #page < page_size then break end
  from = from + page_size
end
return found
"""
)

# Names that the server has erased by itself take up a place in a page, so the page says whether it was full. The first
# write is one that makes room: after it a full memory refuses none of this script.
ERASE = Script(
    _CLOCK
    + _FORGET
    + f"""
local unread = {{started = '{UNREADABLE}', claimed = '{UNREADABLE}'}}
local untaken = {{captured = '{NOBODY_TOOK_IT}', delivering = '{NOBODY_TOOK_IT}'}}
"""
    + """
local set, till = over, now
if ARGV[2] ~= '' then set, till = born, now - tonumber(ARGV[2]) end
local ids, erased, expired = redis.call('ZRANGEBYSCORE', set, '-inf', exact(till), 'LIMIT', 0, ARGV[1]), {}, {}
local over_at = exact(now + tonumber(ARGV[3]))
for _, id in ipairs(ids) do
  local hash = hash_of .. id
  local phase, answer, version = unpack(redis.call('HMGET', hash, 'phase', 'answer', 'version'))
  local reason = unread[phase] or untaken[phase]
  if ARGV[2] == '' and reason and answer then
    redis.call('HDEL', hash, 'answer', 'code_digest', 'due_at')
    redis.call('HSET', hash, 'phase', 'expired', 'version', string.format('%d', version + 1), 'reason', reason,
      'expires_at', over_at)
    redis.call('PEXPIREAT', hash, math.ceil((tonumber(over_at) + day) * 1000))
    redis.call('ZREM', due, id)
    redis.call('ZADD', over, over_at, id)
    expired[#expired + 1] = {id, redis.call('HGETALL', hash)}
  else
    local flat = redis.call('HGETALL', hash)
    if #flat > 0 then erased[#erased + 1] = {id, flat} end
    forget(id)
  end
end
return {#ids, erased, expired}
"""
)

STATS = Script(
    _CLOCK
    + """
local seen, first = {}, false
local page = redis.call('ZRANGE', KEYS[4], ARGV[1], ARGV[1] + ARGV[2] - 1, 'WITHSCORES')
for place = 1, #page, 2 do
  local phase = redis.call('HGET', KEYS[1] .. page[place], 'phase')
  if phase then
    first = first or page[place + 1]
    local over_at, due_at = redis.call('ZSCORE', KEYS[3], page[place]), redis.call('ZSCORE', KEYS[2], page[place])
    local what = 'quiet'
    if over_at and tonumber(over_at) <= now then what = 'over'
    elseif due_at and tonumber(due_at) <= now then what = 'due' end
    seen[#seen + 1] = phase .. ' ' .. what
  end
end
return {now_text, #page / 2, first or '', seen}
"""
)


@frozen
class Call:
    """One run of a script on the server.

    Args:
        script: what runs.
        keys: the names it may touch; the first is what all hashes' names begin with.
        arguments: what it is given.
    """

    script: Script
    keys: tuple[bytes, ...] = field(repr=False)
    arguments: tuple[str | bytes | float, ...] = field(repr=False)

    def by_name(self) -> tuple[str | bytes | float, ...]:
        """The command for a server that knows the script."""
        return (b"EVALSHA", self.script.sha, len(self.keys), *self.keys, *self.arguments)

    def in_full(self) -> tuple[str | bytes | float, ...]:
        """The command for a server that has forgotten it: after a restart, say."""
        return ("EVAL", self.script.text, len(self.keys), *self.keys, *self.arguments)
