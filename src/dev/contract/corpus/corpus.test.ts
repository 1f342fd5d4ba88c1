import { buildSchema, findBreakingChanges, findDangerousChanges, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { gravest, type ChangeClass } from '../change.ts';
import { compareSchemas } from '../compare.ts';
import { corpus } from './corpus.ts';
import { today, type SchemaChange } from './schema-change.ts';

const complete = (sdl: string) => (/\btype Query\b/.test(sdl) ? sdl : `${sdl} type Query { ok: Boolean }`);

const compare = ({ before, after }: SchemaChange) =>
  compareSchemas(parse(complete(before)), parse(complete(after)), today);

function classOfLibrary({ before, after }: SchemaChange): ChangeClass {
  const schemas = [buildSchema(complete(before)), buildSchema(complete(after))] as const;
  if (findBreakingChanges(...schemas).length > 0) return 'breaking';
  return findDangerousChanges(...schemas).length > 0 ? 'dangerous' : 'safe';
}

/** Those that got another class than they must, one line each. */
const differing = (classify: (change: SchemaChange) => ChangeClass) =>
  corpus
    .map((change) => ({ change, found: classify(change) }))
    .filter(({ change, found }) => change.class !== found)
    .map(({ change, found }) => `${change.class}, and not ${found}: ${change.name}`);

describe('the corpus of changes', () => {
  it('holds sixty and more, about a third of each class, and none twice', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60);
    for (const gravity of ['breaking', 'dangerous', 'safe'])
      expect(corpus.filter((change) => change.class === gravity).length).toBeGreaterThanOrEqual(20);
    expect(new Set(corpus.map(({ before, after }) => `${before} to ${after}`)).size).toBe(corpus.length);
  });

  it('is classified as it must be', () => {
    expect(differing((change) => gravest(compare(change)))).toEqual([]);
  });

  it('has each change said in one sentence, once', () => {
    for (const change of corpus) {
      const texts = compare(change).map(({ text }) => text);
      expect(new Set(texts).size, change.name).toBe(texts.length);
      for (const text of texts) expect(text).toMatch(/^\S[^\n]*\.$/);
    }
  });

  it('is not classified so by graphql-js alone: the control', () => {
    expect(differing(classOfLibrary)).toEqual([
      'breaking, and not dangerous: a required argument loses its default',
      'breaking, and not safe: a required input field loses its default',
      'breaking, and not safe: an input takes only one of its fields',
      'breaking, and not safe: mutations end, though their type stays',
      'breaking, and not safe: a directive of operations takes another type',
      'breaking, and not safe: a required argument of a directive of operations loses its default',
      'dangerous, and not safe: a new type implements an interface',
      'dangerous, and not safe: a default is given to an argument',
      'dangerous, and not safe: the default of an input field changes',
      'dangerous, and not safe: the default of an input field is removed',
      'dangerous, and not safe: a default is given to an input field',
      'dangerous, and not safe: a scalar is specified otherwise',
      'dangerous, and not safe: a field is deprecated without a reason',
      'dangerous, and not safe: a field is deprecated without a day',
      'dangerous, and not safe: a field is deprecated with nothing but a day',
      'dangerous, and not safe: a field is deprecated until a day that there is not',
      'dangerous, and not safe: a field is deprecated until today',
      'dangerous, and not safe: a field is to go earlier than was released',
      'dangerous, and not safe: a deprecation loses its day',
      'dangerous, and not safe: the default of a directive of operations changes',
      // What was announced is no surprise, and no client can carry the server's notes to itself.
      'safe, and not breaking: a field is removed on its day',
      'safe, and not breaking: an argument is removed after its day',
      'safe, and not breaking: an input field is removed after its day',
      'safe, and not breaking: an enum value is removed after its day',
      'safe, and not breaking: a field is removed after its day, and with it the types that only it led to',
      'safe, and not breaking: a note of the server to itself is removed',
    ]);
  });
});
