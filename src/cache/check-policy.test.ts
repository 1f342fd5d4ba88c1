import { describe, expect, it } from 'vitest';
import { checkPolicy } from './check-policy.ts';
import { textPolicy } from './testing/gateway.ts';

describe('a policy that contradicts itself', () => {
  it.each([
    ['strict with grace', { strict: true, staleForMs: 1 }, 'no grace'],
    ['strict and stale on errors', { strict: true, staleIfErrorMs: 1 }, 'not served stale on errors'],
    ['strict with tags', { strict: true, tags: () => ['tag'] }, 'cannot have tags'],
    ['with tags and copies', { tags: () => ['tag'] }, "set tiers to 'redis'"],
  ])('is refused by its name each time: %s', (_, change, message) => {
    const policy = textPolicy({ name: 'odd', ...change });
    for (let times = 0; times < 2; times++) {
      expect(() => checkPolicy(policy)).toThrow('cache policy odd: ');
      expect(() => checkPolicy(policy)).toThrow(message);
    }
  });

  it('is one of these only', () => {
    const sound = [
      textPolicy({ strict: true, staleIfErrorMs: 0 }),
      textPolicy({ staleForMs: 1, staleIfErrorMs: 1 }),
      textPolicy({ tiers: 'redis', tags: () => ['tag'], staleForMs: 1, staleIfErrorMs: 1 }),
    ];
    for (const policy of sound) expect(() => checkPolicy(policy)).not.toThrow();
  });
});
