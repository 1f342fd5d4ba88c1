import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../src/errors/domain-error.ts';
import { fromGlobalId, idOf, partsOf, toGlobalId } from './global-id.ts';

/** Any UTF-16, halves of surrogate pairs included. */
const anyText = fc.uint16Array().map((units) => String.fromCharCode(...units));
const type = fc
  .stringMatching(/^[A-Z][A-Za-z]{0,30}$/)
  .filter((name) => name !== 'Message' && name !== 'ShortLink');
const id = fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }).map(String);

describe('a global id', () => {
  it('is read as what it was made from', () => {
    fc.assert(
      fc.property(type, id, (ofType, within) => {
        expect(fromGlobalId(toGlobalId(ofType, within))).toEqual({ type: ofType, id: within });
        expect(idOf(ofType, toGlobalId(ofType, within))).toBe(within);
      }),
    );
  });

  it('is opaque, and needs no escaping in a URL', () => {
    fc.assert(
      fc.property(type, id, (ofType, within) => {
        expect(toGlobalId(ofType, within)).toMatch(/^[\w-]+$/);
      }),
    );
  });

  it('is the only one of its object: no other text is read as the same', () => {
    fc.assert(
      fc.property(
        type,
        id,
        fc.constantFrom('=', '==', ' ', '\n', 'A', '.', '\0', '!'),
        (ofType, within, more) => {
          const globalId = toGlobalId(ofType, within);
          for (const other of [globalId + more, more + globalId]) {
            expect(readOrRefuse(other)).not.toEqual({ type: ofType, id: within });
          }
        },
      ),
    );
  });

  it('is refused where it is anything else, whatever that is', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.base64String(), fc.string()), (text) => {
        const read = readOrRefuse(text);
        expect(read === 'BAD_USER_INPUT' || toGlobalId(read.type, read.id) === text).toBe(true);
      }),
    );
  });

  it.each(['0', '01', '-1', '1.0', '9'.repeat(19), '', ' 1', '1 ', 'x'])(
    'of the number %j is refused',
    (within) => {
      expect(readOrRefuse(toGlobalId('Product', within))).toBe('BAD_USER_INPUT');
    },
  );

  it('of a message names its chat and its place there', () => {
    fc.assert(
      fc.property(id, id, (chat, place) => {
        expect(partsOf('Message', toGlobalId('Message', `${chat}.${place}`))).toEqual([chat, place]);
      }),
    );
  });

  it.each(['1', '1.', '.1', '1.0', '01.1', '1.2.3', '1..2', `1.${'9'.repeat(19)}`, '1,2'])(
    'of the message %j is refused',
    (within) => {
      expect(readOrRefuse(toGlobalId('Message', within))).toBe('BAD_USER_INPUT');
    },
  );

  it.each(['1.5', '1.1'])('of %j is refused where the type has one part', (within) => {
    expect(readOrRefuse(toGlobalId('Chat', within))).toBe('BAD_USER_INPUT');
  });

  it('of a short link holds its code', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{3,32}$/), (code) => {
        expect(idOf('ShortLink', toGlobalId('ShortLink', code))).toBe(code);
      }),
    );
  });

  it.each(['ab', 'a'.repeat(33), 'a b', 'a.b', 'é'.repeat(5), '', 'a:b', 'abc\n'])(
    'of the short link %j is refused',
    (code) => {
      expect(readOrRefuse(toGlobalId('ShortLink', code))).toBe('BAD_USER_INPUT');
    },
  );

  it('of another type is refused by name', () => {
    expect(() => idOf('User', toGlobalId('Product', '1'))).toThrow('the id of a Product, not of a User');
  });
});

/** Anything thrown that is not for the client would leave the gateway as a fault of its own. */
function readOrRefuse(text: string): ReturnType<typeof fromGlobalId> | 'BAD_USER_INPUT' {
  try {
    return fromGlobalId(text);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'BAD_USER_INPUT') return error.code;
    throw error;
  }
}
