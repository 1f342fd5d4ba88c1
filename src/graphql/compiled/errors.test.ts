import { describe, expect, it } from 'vitest';
import { ask, expectAlike, serve } from '../../testing/compiling/answers.ts';
import { calls, failures, schemaOf } from '../../testing/compiling/schema.ts';
import { createCompile } from './compile.ts';

describe('errors', () => {
  it.each(Object.keys(failures))('that a resolver throws are the same: %s', async (how) => {
    const query = 'query ($how: String) { fails(how: $how) row { id } }';
    const { whole, repeated } = await expectAlike({ query, variables: { how } });
    // A status is Apollo's to find.
    expect({ whole, repeated }).toEqual(
      how === 'status' ? { whole: 0, repeated: 2 } : { whole: 2, repeated: 0 },
    );
  });

  it('keep where they are, in a fragment and a list too', async () => {
    const query = '{ row { rows { ...F } } a: fails }\nfragment F on Row { id }';
    const { answers } = await expectAlike({ query });
    expect(answers[0]).toContain(
      '"path":["a"],"extensions":{"code":"NOT_FOUND","hint":"look","requestId":"the-request"}',
    );
  });

  it.each([
    ['a value that does not fit', '{ number row { id } }'],
    ['a null where none may be', '{ row(id: "broken") { id must } rows { id } }'],
    ['a null that spreads to the top', '{ must row { id } }'],
    [
      'nulls that spread from several places',
      '{ row { id } a: row(broken: true) { must again: must } fails }',
    ],
    ['nulls that spread from several resolvers', '{ row { rows { thrown } } fails }'],
    ['a promise of a list that is broken', '{ rows(count: 3, promised: true) { id } }'],
    ['an item of a list that is broken', '{ rows(count: 3) { id } }'],
  ])('of %s are graphql-js’s, or the same', async (_, query) => {
    await expectAlike({ query });
  });

  it('of a null that spreads from a single place need not be told anew', async () => {
    const query = '{ rows(count: 1) { id } row { id thrown } }';
    expect((await expectAlike({ query })).whole).toBe(2);
  });
});

it('a resolver runs once for each answer', async () => {
  calls.length = 0;
  const schema = schemaOf();
  const compiling = serve(schema, createCompile(schema));
  for (let time = 0; time < 6; time += 1) await ask(compiling, { query: '{ fails }' });
  expect(calls).toHaveLength(6);
});
