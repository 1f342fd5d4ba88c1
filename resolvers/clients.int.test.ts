import { OperationTypeNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { seededPassword } from '../src/dev/seed/users.ts';
import { costOf, misfits, readBudgets, type Budget } from '../src/testing/clients/budgets.ts';
import { clientOperations, type ClientOperation } from '../src/testing/clients/operations.ts';
import { seedWorld, type Seeded } from '../src/testing/clients/seeded.ts';
import {
  usesOfMutations,
  usesOfQueries,
  usesOfSubscriptions,
  type LiveUse,
  type Use,
} from '../src/testing/clients/uses.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { quiet, startGateway, type Gateway } from '../src/testing/gateway.ts';
import { listen, liveClient } from '../src/testing/live/live-client.ts';
import { createWorld, type World } from '../src/testing/world.ts';

/** Of all gateways: making it is most of what it takes to start one. */
const schema = createSchema();

let world: World;
let seeded: Seeded;
beforeAll(async () => {
  world = await createWorld(quiet);
  seeded = await seedWorld(world);
}, 60_000);
afterAll(() => world.close());

const operation = (name: string): ClientOperation => {
  const found = clientOperations.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no client asks ${name}`);
  return found;
};

const stepUpMutation = 'mutation ($input: StepUpInput!) { stepUp(input: $input) { userErrors { code } } }';

/** Opens the bank. */
const giveThePassword = (gateway: Gateway, use: Use) =>
  gateway.query(stepUpMutation, { variables: { input: { password: seededPassword } }, token: tokenOf(use) });

const tokenOf = ({ as }: Use) => (as === undefined ? undefined : seeded.tokens[as]);

/** Calls it once; rejects where the answer has an error, or tells the user of one. */
async function call(gateway: Gateway, name: string, use: Use) {
  const { variables = {} } = use;
  const { data, errors } = await gateway.query(operation(name).text, { variables, token: tokenOf(use) });
  expect({ errors, refused: refusalsIn(data) }, name).toEqual({ errors: [], refused: [] });
  return data;
}

const refusalsIn = (data: Readonly<Record<string, unknown>> | null | undefined) =>
  Object.values(data ?? {}).flatMap(
    (field) => (field as { userErrors?: readonly unknown[] } | null)?.userErrors ?? [],
  );

/** What it costs cold and warm, in a gateway that shares no cache with another. */
async function measure(name: string, use: Use): Promise<Budget> {
  const gateway = await startGateway({
    servers: { ...world.database, redisUrl: inject('redisUrl') },
    env: { ...quiet.env, REDIS_DEADLINE_MS: '5000' },
    overrides: { ...quiet.overrides, schema: () => schema },
  });
  try {
    // Until it is on the bus, it keeps no copies.
    await vi.waitFor(async () =>
      expect(await (await fetch(`${gateway.url}/readyz`)).json()).toMatchObject({ status: 'ready' }),
    );
    // Else it would be noted meanwhile that somebody is there, and which session asks.
    await gateway.query('{ viewer { username } }', { token: tokenOf(use) });
    if (use.steppedUp) await giveThePassword(gateway, use);
    const cost = async () => {
      const { result, counts } = await gateway.counting(() => call(gateway, name, use));
      for (const field of Object.values(result ?? {}))
        expect(field, `${name} has shown nothing`).not.toBeNull();
      return costOf(counts);
    };
    return { cold: await cost(), warm: await cost() };
  } finally {
    await gateway.close();
  }
}

const namesOf = (kind: OperationTypeNode) =>
  clientOperations.filter((each) => each.kind === kind).map(({ name }) => name);

const budgets = readBudgets();

it('every query and mutation of a client has a budget, and nothing else has', () => {
  expect(Object.keys(budgets).toSorted()).toEqual(
    [...namesOf(OperationTypeNode.QUERY), ...namesOf(OperationTypeNode.MUTATION)].toSorted(),
  );
});

describe('queries of clients, on the seeded gateway', () => {
  it.each(namesOf(OperationTypeNode.QUERY))(
    '%s keeps within its budget, cold and warm, and uses it',
    { timeout: 60_000 },
    async (name) => {
      const use = Object.entries<Use>(usesOfQueries(seeded)).find(([each]) => each === name)?.[1];
      if (use === undefined) throw new Error(`say in src/testing/clients/uses.ts how ${name} is asked`);
      const measured = await measure(name, use);
      expect(misfits(budgets[name], measured), JSON.stringify(measured)).toEqual([]);
    },
  );
});

describe('subscriptions of clients', () => {
  it.each(namesOf(OperationTypeNode.SUBSCRIPTION))(
    '%s brings an event',
    { timeout: 60_000 },
    async (name) => {
      const use = Object.entries<LiveUse>(usesOfSubscriptions(seeded)).find(([each]) => each === name)?.[1];
      if (use === undefined) throw new Error(`say in src/testing/clients/uses.ts how ${name} is heard`);
      const live = liveClient(world.gateway.url, { token: seeded.tokens[use.as] });
      onTestFinished(() => live.close());
      const before = await listeners();
      const heard = listen(live, operation(name).text, use.variables);
      await expect.poll(listeners, patience).toBeGreaterThan(before);
      await call(world.gateway, use.cause.mutation, use.cause);
      await expect.poll(() => heard.answers.length, patience).toBeGreaterThan(0);
      expect(heard.answers[0]).toEqual({ data: expect.any(Object) as object });
      heard.stop();
      await expect.poll(listeners, patience).toBe(before);
    },
  );

  const patience = { timeout: 20_000, interval: 20 };
  const listeners = async () =>
    (await world.gateway.app.metrics.pubsubSubscriptions.get()).values[0]?.value ?? 0;
});

describe('mutations of clients', () => {
  it('each do what they are for, within their budgets', { timeout: 60_000 }, async () => {
    const uses = Object.entries<Use>(usesOfMutations(seeded));
    expect(uses.map(([name]) => name).toSorted()).toEqual(namesOf(OperationTypeNode.MUTATION).toSorted());
    const wrong: string[] = [];
    for (const [name, use] of uses) {
      if (use.steppedUp) await giveThePassword(world.gateway, use);
      const { counts } = await world.gateway.counting(() => call(world.gateway, name, use));
      wrong.push(...misfits(budgets[name], { once: costOf(counts) }).map((misfit) => `${name} ${misfit}`));
    }
    expect(wrong).toEqual([]);
  });
});
