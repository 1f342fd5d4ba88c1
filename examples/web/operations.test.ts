import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { buildASTSchema, NoDeprecatedCustomRule, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readContract } from '../../src/dev/contract/present.ts';
import { createSchema } from '../../src/graphql/schema.ts';

const folder = path.join(import.meta.dirname, 'app/operations');
const files = readdirSync(folder).map((file) => ({
  file,
  document: parse(readFileSync(path.join(folder, file), 'utf8')),
}));
const schema = createSchema();
const last = readContract().releases.at(-1);

describe.each(files)('the operations of the example in $file', ({ document }) => {
  it('fit the present contract, and the last that was released', () => {
    expect(validate(schema, document)).toEqual([]);
    expect(last && validate(buildASTSchema(last.document), document)).toEqual([]);
  });

  it('ask for nothing that is deprecated', () => {
    expect(validate(schema, document, [NoDeprecatedCustomRule])).toEqual([]);
  });
});
