import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildSchema } from 'graphql';
import { systemClock } from '../clock/clock.ts';
import type { Context } from '../context/context.ts';
import { unlimited } from '../graphql/limits/limits.ts';
import { createGraphqlServer } from '../graphql/server.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { bareDocuments } from '../testing/bare-documents.ts';
import { onServer } from '../testing/database.ts';
import { errorsOf, leak, startEdge, type Edge, type Reply } from './bad-input.conformance.ts';
import { registerGraphql } from './graphql-route.ts';
import { createHttpServer } from './server.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(inject);
  // Nothing in the gateway is told of it: every statement on the table fails, as after a migration gone wrong.
  await onServer(edge.database.primaryUrl, 'DROP TABLE inventory, sessions');
});
afterAll(() => edge.close());

const read = () =>
  edge.graphql('query ($id: ID!) { product(id: $id) { name inventory { stock } } }', { id: edge.productId });
const write = () =>
  edge.graphql(
    'mutation ($input: RestockProductInput!) { restockProduct(input: $input) { product { id } } }',
    { input: { id: edge.productId, quantity: 1 } },
    edge.adminToken,
  );

/** Nobody has used this token yet, so no cache knows its session. */
const whoAmI = () => edge.graphql('{ viewer { id } }', {}, edge.userToken);

describe('a fault of ours', () => {
  it.each<readonly [string, () => Promise<Reply>, number]>([
    ['while reading', read, 200],
    ['while writing', write, 200],
    ['while finding out who asks', whoAmI, 500],
  ])('%s is masked, and logged with its cause under the id that the client gets', async (_, send, status) => {
    const reply = await send();
    expect(reply.status).toBe(status);
    expect(errorsOf(reply.text)).toMatchObject([
      { message: 'Something failed on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    const requestId = reply.headers.get('x-request-id') ?? 'none';
    const logged = edge.faults.filter((line) => line.includes(requestId));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/relation \\"(inventory|sessions)\\" does not exist/);
  });

  it('says no more than its code, its id and where', async () => {
    const [error] = errorsOf((await read()).text);
    expect(Object.keys(error?.extensions ?? {}).sort()).toEqual(['code', 'requestId']);
  });

  it('leaves the rest of the answer', async () => {
    expect(JSON.parse((await read()).text)).toMatchObject({
      data: { product: { name: 'Bait', inventory: null } },
    });
  });
});

describe('a fault of the machinery itself', () => {
  it('is masked and logged in the same way', async () => {
    const logged: string[] = [];
    const log = createLog({
      level: 'error',
      destination: {
        write: (line) => {
          logged.push(line);
        },
      },
    });
    const metrics = createMetrics({ processMetrics: false });
    const graphql = createGraphqlServer({
      schema: buildSchema('type Query { a: Int }'),
      documents: bareDocuments({ log, metrics }),
      clock: systemClock,
      log,
      metrics,
      development: false,
      maxTokens: 100,
      maxDepth: 5,
      limits: unlimited,
    });
    graphql.addPlugin({ requestDidStart: () => Promise.reject(new Error('SELECT secret')) });
    await graphql.start();
    const app = await createHttpServer({ log, metrics, bodyLimitBytes: 1_000, corsOrigins: [] });
    registerGraphql(app, {
      ...{ graphql, log, metrics, clientAddress: () => '' },
      createContext: ({ requestId }) =>
        Promise.resolve({
          requestId,
          deadline: { cancel: () => undefined, end: () => undefined },
          consistencyToken: () => Promise.resolve(undefined),
        } as unknown as Context),
    });
    const answer = await app.inject({ method: 'POST', url: '/graphql', payload: { query: '{ a }' } });
    await app.close();
    await graphql.stop();

    const requestId = String(answer.headers['x-request-id']);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      errors: [
        {
          message: 'Something failed on our side.',
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
        },
      ],
    });
    expect(logged.filter((line) => line.includes(requestId))).toEqual([
      expect.stringContaining('SELECT secret'),
    ]);
  });
});

describe('the pattern that every answer is held against', () => {
  it('finds what was masked here, so that it would have been seen', async () => {
    await read();
    expect(edge.faults.length).toBeGreaterThan(0);
    for (const line of edge.faults) expect(line).toMatch(leak);
  });

  it.each([
    'Error: x\n    at load (src/store/store.ts:12:3)',
    'duplicate key value violates unique constraint "users_username_key"',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'Cannot find module node_modules/pg/lib/index.js',
    'syntax error at SELECT id FROM users',
  ])('finds %j', (text) => {
    expect(text).toMatch(leak);
  });
});
