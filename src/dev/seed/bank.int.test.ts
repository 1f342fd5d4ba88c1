import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditStatement, booksInOrder } from '../../testing/bank.ts';
import { onServer } from '../../testing/database.ts';
import { createWorld, type World } from '../../testing/world.ts';
import { seed } from './seed.ts';
import { seededPassword } from './users.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await seed(world.database.primaryUrl);
  await world.database.replicated();
});
afterAll(() => world.close());

it('gives alice two accounts with more movements than one page, and a loan; the books are in order', async () => {
  const token = (await world.signIn('alice', seededPassword)).data?.signIn.token ?? '';
  const input = { password: seededPassword };
  await world.gateway.query('mutation ($input: StepUpInput!) { stepUp(input: $input) { session { id } } }', {
    variables: { input },
    token,
  });
  const { data, errors } = await world.gateway.query(
    `{ viewer { accounts { nodes {
      name balance { amount currencyCode }
      transactions(first: 10) { nodes { kind } pageInfo { hasNextPage } }
      loans { outstanding { amount } annualRate status }
    } } } }`,
    { token },
  );
  expect(errors).toEqual([]);
  const loans = [{ outstanding: { amount: '3250.00' }, annualRate: '3.25', status: 'ACTIVE' }];
  expect(data).toMatchObject({
    viewer: {
      accounts: {
        nodes: [
          { name: 'Everyday', transactions: { pageInfo: { hasNextPage: true } }, loans: [] },
          { name: 'Savings', balance: { amount: '3250.00', currencyCode: 'CHF' }, loans },
        ],
      },
    },
  });
  expect((await onServer(world.database.primaryUrl, auditStatement))[0]).toEqual(booksInOrder);
});
