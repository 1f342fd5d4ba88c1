import { describe, expect, it } from 'vitest';
import { createOperationNames } from './operation-names.ts';

const invented = Array.from({ length: 10_000 }, (_, index) => `Invented${index}`);
const labelsOf = (names: ReturnType<typeof createOperationNames>) => new Set(invented.map(names));

describe('where nothing is registered', () => {
  it('the first names that come are labels, and an invention too many is not', () => {
    const names = createOperationNames([]);
    expect(names('Catalogue')).toBe('Catalogue');
    expect(labelsOf(names).size).toBe(200);
    expect(names('Catalogue')).toBe('Catalogue');
    expect(names('LateComer')).toBe('other');
  });

  it('a name as long as a document is none', () => {
    expect(createOperationNames([])('x'.repeat(100_000))).toBe('other');
  });
});

describe('where documents are registered', () => {
  const texts = ['query Catalogue { a }', 'mutation Buy($id: ID!) { b }\nquery Look { c }', '{ d }'];
  const names = createOperationNames(texts.map((text) => ({ text })));

  it('their names are labels, whatever anybody invents before', () => {
    expect([...labelsOf(names)]).toEqual(['unregistered']);
    expect(['Catalogue', 'Buy', 'Look'].map(names)).toEqual(['Catalogue', 'Buy', 'Look']);
  });

  it('an operation without a name has one label of its own', () => {
    expect([names(null), names(undefined)]).toEqual(['anonymous', 'anonymous']);
  });
});
