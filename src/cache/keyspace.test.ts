import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedEpochs, type Epochs } from './epochs.ts';
import { createKeyspace, isTagKey, type PolicyName } from './keyspace.ts';

const policy = { name: 'products', version: 3, strict: false };
const strictPolicy = { ...policy, strict: true };

function createKeys(epochs: Pick<Epochs, 'read' | 'inUse'>) {
  const keyspace = createKeyspace('shop', epochs);
  const tag = (name: string) => keyspace.tags()?.(name) ?? '';
  return { ...keyspace, tag, entry: (of: PolicyName, id: string) => keyspace.entries(of)?.(id) ?? '' };
}

describe('an entry key', () => {
  const keyspace = createKeys({ read: (counter) => (counter === 'strict' ? 4 : 7), inUse: () => [7] });

  it('names app, schema, generation, policy with its version, and id', () => {
    expect(keyspace.entry(policy, '42')).toBe('shop:v2:g7:products.3:42');
  });

  it('of a strict policy stands under the strict epoch', () => {
    expect(keyspace.entry(strictPolicy, '42')).toBe('shop:v2:s4:products.3:42');
  });

  it('lets no id reach into another part or choose a cluster slot', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        expect(keyspace.entry(policy, id).split(':')).toHaveLength(5);
        expect(keyspace.entry(policy, id)).not.toMatch(/[{}\s]/);
      }),
    );
    expect(keyspace.entry(policy, 'a:{b}%')).toBe('shop:v2:g7:products.3:a%3A%7Bb%7D%25');
  });

  it('of a tag is taken for none of an entry, whatever their names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(keyspace.tag(name).split(':')).toHaveLength(5);
        expect(isTagKey(keyspace.tag(name))).toBe(true);
        expect(isTagKey(keyspace.entry({ name: 'tag', version: 1, strict: false }, name))).toBe(false);
      }),
    );
    expect(keyspace.tag('user:7')).toBe('shop:v2:g7:tag:user%3A7');
  });

  it('differs for ids that differ, also where they are not well-formed', () => {
    const unit = fc.integer({ min: 0xd7fe, max: 0xe001 }).map((code) => String.fromCharCode(code));
    const id = fc.string({ unit: fc.oneof(unit, fc.constantFrom('%', 'u', 'd', '8')), maxLength: 6 });
    fc.assert(
      fc.property(id, id, (one, other) => {
        expect(keyspace.entry(policy, one) === keyspace.entry(policy, other)).toBe(one === other);
      }),
    );
  });

  it('follows the epoch', () => {
    let epoch = 1;
    const changing = createKeys({ read: () => epoch, inUse: () => [epoch] });
    epoch = 2;
    expect(changing.entry(policy, 'x')).toBe('shop:v2:g2:products.3:x');
  });

  it('is not made where there is no epoch to read under', () => {
    const unlicensed = createKeyspace('shop', {
      read: (counter) => (counter === 'strict' ? undefined : 7),
      inUse: () => [],
    });
    expect(unlicensed.entries(strictPolicy)).toBeUndefined();
    expect(unlicensed.entries(policy)).toBeDefined();
    expect(unlicensed.tags()).toBeDefined();
  });

  it('is invalidated under every epoch that is in use', () => {
    const changing = createKeys({ read: () => 4, inUse: (counter) => (counter === 'strict' ? [5, 4] : [7]) });
    expect(changing.entriesInUse(strictPolicy, 'x')).toEqual([
      'shop:v2:s5:products.3:x',
      'shop:v2:s4:products.3:x',
    ]);
    expect(changing.entriesInUse(policy, 'x')).toEqual(['shop:v2:g7:products.3:x']);
    expect(changing.tagsInUse('x')).toEqual(['shop:v2:g7:tag:x']);
  });

  it('is not made for an app whose name could be mistaken', () => {
    expect(() => createKeyspace('a:b', fixedEpochs)).toThrow('not a usable app name');
  });
});
