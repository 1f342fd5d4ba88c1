import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { createDeadline, type Deadline } from '../clock/deadline.ts';
import type { Context } from '../context/context.ts';
import { unlimited } from '../graphql/limits/limits.ts';
import { createGraphqlServer } from '../graphql/server.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { bareDocuments } from '../testing/bare-documents.ts';
import { registerGraphql } from './graphql-route.ts';
import { createHttpServer } from './server.ts';

/** By the name in the request's field: its deadline, and what lets its resolver go on. */
let asked: Map<string, { readonly deadline: Deadline; readonly answer: () => void }>;
const logged: string[] = [];
const metrics = createMetrics();
const errorCodes = async () => (await metrics.operationErrors.get()).values.map(({ labels }) => labels);
const serverSockets: Socket[] = [];
let port: number;
let http: Awaited<ReturnType<typeof createHttpServer>>;
let graphql: ReturnType<typeof createGraphqlServer>;

beforeAll(async () => {
  const log = createLog({ level: 'info', destination: { write: (line) => void logged.push(line) } });
  const schema = makeExecutableSchema<Context>({
    typeDefs: 'type Query { at_once: Int wait(name: String!): String }',
    resolvers: {
      Query: {
        wait: (_parent, { name }: { name: string }, { deadline }) =>
          deadline.race(new Promise((resolve) => asked.set(name, { deadline, answer: () => resolve(name) }))),
      },
    },
  });
  const limits = { development: false, maxTokens: 100, maxDepth: 5, limits: unlimited };
  graphql = createGraphqlServer({
    ...{ schema, clock: systemClock, log, metrics },
    documents: bareDocuments({ log, metrics }),
    ...limits,
  });
  await graphql.start();
  http = await createHttpServer({ log, metrics, bodyLimitBytes: 1_000, corsOrigins: [] });
  registerGraphql(http, {
    ...{ graphql, log, metrics, clientAddress: () => '' },
    createContext: ({ requestId }) =>
      Promise.resolve({
        requestId,
        deadline: createDeadline(systemClock, 15_000),
        consistencyToken: () => Promise.resolve(undefined),
      } as unknown as Context),
  });
  http.server.on('connection', (socket) => serverSockets.push(socket));
  port = Number(new URL(await http.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(async () => {
  await http.close();
  await graphql.stop();
});
beforeEach(() => {
  asked = new Map();
  logged.length = 0;
  serverSockets.length = 0;
});

async function openClient() {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  return {
    socket,
    received: () => received,
    send(query: string) {
      const body = JSON.stringify({ query });
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    },
  };
}

const untilAsked = (name: string) =>
  vi.waitFor(
    () => {
      const request = asked.get(name);
      if (request === undefined) throw new Error(`${name} has not arrived`);
      return request;
    },
    { timeout: 10_000 },
  );

const untilAborted = (name: string) =>
  vi.waitFor(() => expect(asked.get(name)?.deadline.signal.aborted).toBe(true), { timeout: 10_000 });

it('a client that leaves before its answer ends the time of its request, and that is no failure of ours', async () => {
  const client = await openClient();
  client.send('{ wait(name: "left") }');
  await untilAsked('left');
  client.socket.destroy();
  await untilAborted('left');
  await vi.waitFor(async () => expect(await errorCodes()).toEqual([{ code: 'TIMEOUT' }]), {
    timeout: 10_000,
  });
  // Once, as nginx would log it, and as nothing worse.
  await vi.waitFor(() => expect(logged).toHaveLength(1));
  expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 'info', msg: 'request', route: '/graphql', status: 499 },
  ]);
});

it('a client that stays is answered, and leaving afterwards changes nothing', async () => {
  const client = await openClient();
  client.send('{ wait(name: "stayed") }');
  const { answer, deadline } = await untilAsked('stayed');
  expect(deadline.signal.aborted).toBe(false);
  answer();
  await vi.waitFor(() => expect(client.received()).toContain('{"data":{"wait":"stayed"}}'));
  const [socket] = serverSockets;
  if (socket === undefined) throw new Error('the server saw no connection');
  const closed = once(socket, 'close');
  client.socket.destroy();
  await closed;
  expect(deadline.signal.aborted).toBe(false);
});

it('of pipelined requests those without an answer are cancelled, and only those', async () => {
  const client = await openClient();
  for (const name of ['first', 'second', 'third']) client.send(`{ wait(name: "${name}") }`);
  for (const name of ['second', 'third']) await untilAsked(name);
  (await untilAsked('first')).answer();
  await vi.waitFor(() => expect(client.received()).toContain('{"data":{"wait":"first"}}'));
  client.socket.destroy();
  await untilAborted('second');
  await untilAborted('third');
  expect(asked.get('first')?.deadline.signal.aborted).toBe(false);
});

it('a thousand requests on one connection leave it with as many listeners as one', async () => {
  const client = await openClient();
  const answers = () => client.received().split('"at_once":null').length - 1;
  const askUntil = async (total: number) => {
    for (let sent = answers(); sent < total; sent += 1) client.send('{ at_once }');
    await vi.waitFor(() => expect(answers()).toBe(total), { interval: 5, timeout: 10_000 });
  };
  await askUntil(1);
  const [socket] = serverSockets;
  const listeners = socket?.listenerCount('close');
  for (let total = 50; total <= 1_000; total += 50) await askUntil(total);
  expect(socket?.listenerCount('close')).toBe(listeners);
  expect(serverSockets).toHaveLength(1);
});
