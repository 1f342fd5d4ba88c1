import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { unavailable } from '../errors/domain-error.ts';
import { createWorld, type World } from '../testing/world.ts';

const schema = () =>
  makeExecutableSchema({
    typeDefs: 'type Query { fine: String away: String plain: Plain } type Plain { property: String }',
    resolvers: {
      Query: {
        fine: () => 'fine',
        plain: () => ({ property: 'value' }),
        away: () => {
          throw unavailable('The database');
        },
      },
    },
  });

let world: World;
beforeAll(async () => {
  world = await createWorld({ overrides: { schema }, env: { RESOLVER_SAMPLING: '1' } });
});
afterAll(() => world.close());

type Name = 'operations' | 'operationSeconds' | 'resolverSeconds' | 'httpSeconds';
const seriesOf = async (name: Name, label: string) =>
  (await world.gateway.app.metrics[name].get()).values.map((series) => ({
    label: (series.labels as Readonly<Record<string, string | number>>)[label],
    value: series.value,
  }));

it('an operation is answered, refused for what was sent, or failed for a reason of ours', async () => {
  await world.gateway.query('{ fine }');
  await world.gateway.query('{ nothing }');
  await world.gateway.query('{ fine away }');
  expect(await seriesOf('operations', 'outcome')).toEqual([
    { label: 'answered', value: 1 },
    { label: 'refused', value: 1 },
    { label: 'failed', value: 1 },
  ]);
});

it('the requests of whoever invents long names make no long page of metrics', async () => {
  const long = 'x'.repeat(90_000);
  const { data } = await world.gateway.query(`query ${long} { fine }`);
  expect(data).toEqual({ fine: 'fine' });
  expect((await seriesOf('operationSeconds', 'operation')).map(({ label }) => label)).toContain('other');
  const page = await fetch(`${world.gateway.url}/metrics`);
  expect((await page.text()).length).toBeLessThan(long.length);
});

it('resolvers are timed, and fields that read a property are not', async () => {
  await world.gateway.query('{ plain { property } }');
  const fields = (await seriesOf('resolverSeconds', 'field')).map(({ label }) => label);
  expect(fields).toContain('Query.plain');
  expect(fields).not.toContain('Plain.property');
});

it('HTTP requests are timed by their route', async () => {
  const routes = (await seriesOf('httpSeconds', 'route')).map(({ label }) => label);
  expect(new Set(routes)).toEqual(new Set(['/graphql', '/metrics']));
});
