import { describe, expect, it } from 'vitest';
import { byHash, defineScript, inFull, toRepeat } from './script.ts';

const script = defineScript({ name: 'double', keys: 1, lua: 'return 2' });

describe('a script', () => {
  it('is sent by its hash, or in full', () => {
    expect(byHash([script, 'key', 'argument'])).toEqual(['evalsha', script.sha, 1, 'key', 'argument']);
    expect(inFull([script, 'key', 'argument'])).toEqual(['eval', 'return 2', 1, 'key', 'argument']);
    expect(script.sha).toMatch(/^[0-9a-f]{40}$/);
  });

  it('is repeated when it was lost, with what was published behind it', () => {
    const lost = new Error('NOSCRIPT No matching script');
    const commands = [
      ['publish', 'c', 'm'],
      [script, 'a'],
      ['get', 'x'],
      [script, 'b'],
      ['publish', 'c', 'm'],
    ] as const;
    expect(toRepeat(commands, [1, lost, 'x', 2, 1])).toEqual([1, 4]);
    expect(toRepeat(commands, [1, lost, 'x', lost, 1])).toEqual([1, 3, 4]);
    expect(toRepeat(commands, [1, new Error('OOM'), 'x', 2, 1])).toEqual([]);
  });
});
