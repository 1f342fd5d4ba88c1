import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, isAlias, readCode } from './codes.ts';

const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);

describe('a code', () => {
  it('of an id has 10 or 11 characters and is read as that id, and never as an alias', () => {
    fc.assert(
      fc.property(id, (one) => {
        const code = codeOf(one);
        expect(code).toMatch(/^[0-9A-Za-z]{10,11}$/);
        expect(readCode(code)).toEqual({ kind: 'id', id: one });
        expect(isAlias(code)).toBe(false);
      }),
    );
  });

  it('is read in one way only: as the one id that has it, as an alias, or as nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 40 }), fc.stringMatching(/^[0-9A-Za-z_-]{1,34}$/)),
        (text) => {
          const read = readCode(text);
          if (read?.kind === 'id') expect(codeOf(read.id)).toBe(text);
          else expect(read).toEqual(isAlias(text) ? { kind: 'alias', alias: text } : undefined);
        },
      ),
    );
  });

  it.each([
    '0000000000',
    '00000000001',
    'zzzzzzzzzzz',
    'AzL8n0Y58m8',
    'graphql',
    'ROBOTS',
    '../../etc',
    'a\0b',
    '',
  ])('%j is none', (text) => {
    expect(readCode(text)).toBeUndefined();
  });
});
