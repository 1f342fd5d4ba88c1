import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { createCosts } from '../../cost/cost.ts';
import { createSchema } from '../../graphql/schema.ts';
import { estimateOf } from '../../testing/costed.ts';
import { costExample } from './cost.ts';

it('the example of costs is worked out as the gateway does it', () => {
  const { document, lines, units } = costExample;
  expect(lines.reduce((sum, [, each]) => sum + each, 0)).toBe(units);
  expect(estimateOf(createCosts(createSchema()), { document: parse(document), variables: {} })).toBe(units);
});
