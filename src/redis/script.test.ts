import { describe, expect, it } from 'vitest';
import { defineScript, toRepeat } from './script.ts';

const script = defineScript({ name: 'double', keys: 1, lua: 'return 2' });

describe('a script', () => {
  it('is known by the hash of its text', () => {
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
