import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { slotNameOf } from '../database/slot.ts';
import { patience } from '../testing/backstop.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../testing/database.ts';
import { randomAppName, startGateway } from '../testing/gateway.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
});
afterAll(() => database.drop());

const open = (app: string, roles: string) =>
  startGateway({ app, servers: { ...database, redisUrl: inject('redisUrl') }, env: { ROLES: roles } });
const slotsOf = (app: string) =>
  onServer(database.primaryUrl, 'SELECT active FROM pg_replication_slots WHERE slot_name = $1', [
    slotNameOf(app),
  ]);

it('a process that is only a worker follows the log and tells how it is, but answers no questions', async () => {
  const app = randomAppName();
  const worker = await open(app, 'worker');
  await vi.waitFor(async () => expect(await slotsOf(app)).toEqual([{ active: true }]), patience);
  const status = async (path: string) => (await fetch(`${worker.url}${path}`)).status;
  expect(await Promise.all(['/healthz', '/readyz', '/metrics', '/graphql', '/graphiql'].map(status))).toEqual(
    [200, 200, 200, 404, 404],
  );
  // The server knows a moment before the worker that it has the slot.
  await vi.waitFor(async () => {
    const metrics = await (await fetch(`${worker.url}/metrics`)).text();
    expect(metrics).toMatch(/^gateway_backstop_active 1$/m);
  }, patience);
  await worker.close();
  // Left to the next worker, with what was not confirmed.
  await vi.waitFor(async () => expect(await slotsOf(app)).toEqual([{ active: false }]), patience);
});

it('a process that is no worker leaves the log alone', async () => {
  const app = randomAppName();
  const gateway = await open(app, 'http');
  expect((await gateway.query('{ __typename }')).status).toBe(200);
  expect(await slotsOf(app)).toEqual([]);
  await gateway.close();
});
