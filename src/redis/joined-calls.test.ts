import { describe, expect, it } from 'vitest';
import { byHash, inFull, joinCalls } from './joined-calls.ts';
import { defineScript, type RedisCommand } from './script.ts';

const one = defineScript({ name: 'one', keys: 1, lua: 'return 1' });
const many = defineScript({ name: 'many', keys: 1, perKey: true, lua: 'return KEYS' });
const other = defineScript({ name: 'other', keys: 1, perKey: true, lua: 'return ARGV' });

const together = { form: byHash, apart: false };

describe('calls of a script', () => {
  it('are sent by its hash, or in full', () => {
    const commands: readonly RedisCommand[] = [[one, 'key', 'argument']];
    expect(joinCalls(commands, together).wire).toEqual([['evalsha', one.sha, 1, 'key', 'argument']]);
    expect(joinCalls(commands, { form: inFull, apart: false }).wire).toEqual([
      ['eval', 'return 1', 1, 'key', 'argument'],
    ]);
  });

  it('that takes any number of keys are one, where the first of them stood, and each has its own reply', () => {
    const { wire, split } = joinCalls(
      [
        ['get', 'x'],
        [many, 'a', 1, 2],
        [one, 'b', 3],
        [many, 'c', 4, 5],
        [other, 'd', 6],
        [many, 'a', 7, 8],
      ],
      together,
    );
    expect(wire).toEqual([
      ['get', 'x'],
      ['evalsha', many.sha, 3, 'a', 'c', 'a', 1, 2, 4, 5, 7, 8],
      ['evalsha', one.sha, 1, 'b', 3],
      ['evalsha', other.sha, 1, 'd', 6],
    ]);
    expect(split(['x', ['first', ['second'], null], 'of one', ['of other']])).toEqual([
      ...['x', 'first', 'of one', ['second']],
      ...['of other', null],
    ]);
  });

  it('are several where there are many keys, lest the server answers nobody else for long', () => {
    const commands = Array.from({ length: 450 }, (_, index): RedisCommand => [many, `key ${index}`, index]);
    const { wire, split } = joinCalls(commands, together);
    expect(wire.map(([, , keys]) => keys)).toEqual([200, 200, 50]);
    const replies = wire.map(([, , keys, ...rest]) => rest.slice(0, Number(keys)));
    expect(split(replies)).toEqual(commands.map(([, key]) => key));
  });

  it('are all refused with the one that was sent', () => {
    const { split } = joinCalls(
      [
        [many, 'a'],
        ['get', 'x'],
        [many, 'b'],
      ],
      together,
    );
    const lost = new Error('NOSCRIPT');
    expect(split([lost, 'x'])).toEqual([lost, 'x', lost]);
  });

  it('are each sent alone where keys may be of different slots', () => {
    const { wire, split } = joinCalls(
      [
        [many, 'a', 1],
        [many, 'b', 2],
      ],
      { form: byHash, apart: true },
    );
    expect(wire).toEqual([
      ['evalsha', many.sha, 1, 'a', 1],
      ['evalsha', many.sha, 1, 'b', 2],
    ]);
    expect(split([['of a'], ['of b']])).toEqual(['of a', 'of b']);
  });
});
