import { Kind, parse } from 'graphql';
import { expect, test } from 'vitest';

import { exampleTabs } from './client/example-tabs.js';

test('every example tab has its own name', () => {
  const names = exampleTabs.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test.each(exampleTabs)('$name: GraphiQL can make a title of its first operation', ({ query }) => {
  const [first] = parse(query).definitions;
  // GraphiQL's own expression, comments and all.
  const title = /^(?!#).*(query|subscription|mutation)\s+([a-zA-Z0-9_]+)/m.exec(query)?.[2];
  expect(first?.kind === Kind.OPERATION_DEFINITION && first.name?.value).toBe(title);
});
