import { getIntrospectionQuery, parse } from 'graphql';
import { expect, it } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { gatewayEnvironment } from '../../testing/gateway.ts';
import { excessOf, operationLimits } from './limits.ts';

const servers = { primaryUrl: 'postgres://db', replicaUrls: [], redisUrl: 'redis://cache' };
const limits = operationLimits(readConfig(gatewayEnvironment({ servers })));
const excess = (document: string) => excessOf(parse(document), limits);
const times = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

it.each([
  ['aliases', (count: number) => `{ a { ${times(count, (n) => `a${n}: b`)} } }`, 30],
  ['directives', (count: number) => `{ a { ${times(count, (n) => `b${n} @c`)} } }`, 50],
  ['root fields', (count: number) => `{ ${times(count, (n) => `a${n}`)} }`, 20],
  ['fragments', (count: number) => `{ a } ${times(count, (n) => `fragment F${n} on A { b }`)}`, 50],
  [
    'fields',
    (count: number) =>
      `{ ${times(10, (n) => `a${n} { ...F }`)} } fragment F on A { ${times(count / 10 - 1, (n) => `b${n}`)} }`,
    1_000,
  ],
] as const)(
  'a document may have as many %s as the limit says, and is told where it has more',
  (what, make, most) => {
    expect(excess(make(most))).toBeUndefined();
    expect(excess(make(most + 10))).toContain(`${most} ${what}`);
  },
);

it('what tools ask of a schema is within all limits', () => {
  const everything = {
    inputValueDeprecation: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    oneOf: true,
  };
  expect(excess(getIntrospectionQuery(everything))).toBeUndefined();
});
