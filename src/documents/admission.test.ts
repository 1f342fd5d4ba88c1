import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAdmission, type Admission, type TrustMode } from './admission.ts';
import type { Asked } from './asked.ts';
import { hashOf } from './hash.ts';
import { createTrustedList } from './trusted-list.ts';

const text = '{ viewer { id } }';
const other = '{ viewer { email } }';
const hash = hashOf(text);
const list = createTrustedList([{ id: 'web/Who', file: 'web.json', hash, text }]);
const modes: readonly TrustMode[] = ['off', 'report', 'enforce'];
const nobody = () => false;
const admin = () => true;

const shown = (admission: Admission) =>
  admission.kind === 'refused' ? `${admission.code} ${admission.status}` : admission.kind;
const admit = (mode: TrustMode, asked: Asked, isExempt = nobody) =>
  shown(createAdmission({ mode, list })(asked, isExempt));

describe('what is registered passes in every mode', () => {
  it.each<readonly [string, Asked]>([
    ['by its id', { id: 'web/Who' }],
    ['by its hash', { id: hash }],
    ['whole', { text }],
    ['with its id', { id: 'web/Who', text }],
    ['with its hash', { id: hash, text }],
  ])('%s', (_, asked) => {
    expect(modes.map((mode) => admit(mode, asked))).toEqual(['trusted', 'trusted', 'trusted']);
  });
});

describe('what is not registered', () => {
  it.each<readonly [string, Asked, string, string]>([
    ['whole', { text: other }, 'whole', 'DOCUMENT_NOT_TRUSTED 403'],
    ['by its hash', { id: hashOf(other) }, 'automatic', 'DOCUMENT_NOT_TRUSTED 403'],
    ['with its hash', { id: hashOf(other), text: other }, 'automatic', 'DOCUMENT_NOT_TRUSTED 403'],
    ['by an id', { id: 'web/None' }, 'DOCUMENT_NOT_TRUSTED 403', 'DOCUMENT_NOT_TRUSTED 403'],
    ['at all, being absent', {}, 'whole', 'whole'],
  ])(
    '%s passes unless that is enforced, and with administrators all the same',
    (_, asked, passes, enforced) => {
      expect(modes.map((mode) => admit(mode, asked))).toEqual([passes, passes, enforced]);
      expect(admit('enforce', asked, admin)).toBe(passes);
    },
  );
});

describe('a request that contradicts itself is refused in every mode', () => {
  it.each<readonly [string, Asked]>([
    ['another text with an id', { id: 'web/Who', text: other }],
    ['another text with a hash', { id: hash, text: other }],
    ['a text with another hash', { id: hashOf(other), text }],
    ['a text with an unknown id', { id: 'web/None', text }],
    ['a fault', { fault: 'Twice.' }],
  ])('%s', (_, asked) => {
    expect(modes.map((mode) => admit(mode, asked))).toEqual(Array(3).fill('BAD_REQUEST 400'));
  });
});

it('where it is enforced, whatever is asked is a registered document, refused, or nothing', () => {
  const piece = fc.option(
    fc.oneof(fc.constantFrom(text, other, hash, hashOf(other), 'web/Who'), fc.string()),
    {
      nil: undefined,
    },
  );
  fc.assert(
    fc.property(piece, piece, (asText, id) => {
      const asked = {
        ...(asText === undefined ? {} : { text: asText }),
        ...(id === undefined ? {} : { id }),
      };
      const kind = admit('enforce', asked);
      expect(kind === 'trusted' || kind.includes(' ') || Object.keys(asked).length === 0).toBe(true);
    }),
  );
});
