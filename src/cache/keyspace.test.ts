import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyspace, isTagKey } from './keyspace.ts';

const policy = { name: 'products', version: 3 };

describe('an entry key', () => {
  const keyspace = createKeyspace('shop', () => 7);

  it('names app, schema, generation, policy with its version, and id', () => {
    expect(keyspace.entry(policy, '42')).toBe('shop:v2:g7:products.3:42');
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
        expect(isTagKey(keyspace.entry({ name: 'tag', version: 1 }, name))).toBe(false);
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

  it('follows the generation', () => {
    let generation = 1;
    const changing = createKeyspace('shop', () => generation);
    generation = 2;
    expect(changing.entry(policy, 'x')).toBe('shop:v2:g2:products.3:x');
  });

  it('is not made for an app whose name could be mistaken', () => {
    expect(() => createKeyspace('a:b', () => 1)).toThrow('not a usable app name');
  });
});
