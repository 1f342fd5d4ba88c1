import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog } from '../log/log.ts';
import { transportNames, transports, type Sent } from '../testing/documents/transports.ts';
import { quiet, type Gateway } from '../testing/gateway.ts';
import { listen, liveClient } from '../testing/live/live-client.ts';
import { liveSchema } from '../testing/live/live-schema.ts';
import { createWorld, type World } from '../testing/world.ts';
import type { TrustMode } from './admission.ts';
import { hashOf } from './hash.ts';

const registered = 'query Ping { ping }';
const unknown = 'query Sneak { ping me }';
const heard = 'subscription Heard($channel: String!) { heard(channel: $channel) { text } }';
const outdated = 'query Outdated { pong }';
const garbled = '{ ping';
const pong = { data: { ping: 'pong' } };
const apollos = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

const logged: string[] = [];
const log = createLog({ level: 'warn', destination: { write: (line) => void logged.push(line) } });
const gateways = new Map<TrustMode, Gateway>();
let world: World;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tributary-trusted-'));
  const files = [path.join(folder, 'web.json'), path.join(folder, 'mobile.json')];
  const [web = '', mobile = ''] = files;
  writeFileSync(
    web,
    JSON.stringify({ [`sha256:${hashOf(registered)}`]: registered, 'web/Outdated': outdated, garbled }),
  );
  const operations = [{ id: 'mobile/Heard', name: 'Heard', type: 'subscription', body: heard }];
  writeFileSync(
    mobile,
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }),
  );
  world = await createWorld();
  for (const mode of ['off', 'report', 'enforce'] as const) {
    const env = { ...quiet.env, TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_FILES: files.join(',') };
    const overrides = { ...quiet.overrides, schema: liveSchema(), log };
    gateways.set(mode, await world.anotherGateway({ env, overrides }));
  }
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

function gatewayOf(mode: TrustMode): Gateway {
  const gateway = gateways.get(mode);
  if (gateway === undefined) throw new Error(`no gateway of mode ${mode}`);
  return gateway;
}

async function seen(mode: TrustMode): Promise<ReadonlyMap<unknown, number>> {
  const { values } = await gatewayOf(mode).app.metrics.untrustedDocuments.get();
  return new Map(values.map(({ labels, value }) => [labels.action, value]));
}

describe.each(transportNames)('over %s', (name) => {
  const ask = (mode: TrustMode, sent: Sent, token?: string) =>
    transports[name](gatewayOf(mode).url, sent, token);

  it.each<readonly [string, Sent]>([
    ['by documentId', { documentId: `sha256:${hashOf(registered)}` }],
    ['as Relay’s clients ask', { doc_id: hashOf(registered) }],
    ['as older ones do', { id: hashOf(registered) }],
    ['as Apollo’s clients ask', apollos(hashOf(registered))],
    ['whole', { query: registered }],
    ['whole with its hash', { query: registered, ...apollos(hashOf(registered)) }],
  ])('what is registered is answered %s, whatever the mode', async (_, sent) => {
    for (const mode of gateways.keys()) expect(await ask(mode, sent)).toMatchObject(pong);
  });

  it.each<readonly [string, Sent]>([
    ['whole', { query: unknown }],
    ['whole with its hash', { query: unknown, ...apollos(hashOf(unknown)) }],
    ['being nonsense', { query: '{'.repeat(1_000) }],
    ['by an operation’s name beside it', { query: `${registered} ${unknown}`, operationName: 'Ping' }],
    ['as a registered one with a space more', { query: `${registered} ` }],
    ['by an unknown hash', apollos('0'.repeat(64))],
    ['by an unknown documentId', { documentId: `sha256:${'0'.repeat(64)}` }],
    ['by an unknown id', { documentId: 'web/None' }],
  ])('what is not registered is refused %s, where that is enforced', async (_, sent) => {
    const status = name === 'post' || name === 'get' ? { status: 403 } : {};
    expect(await ask('enforce', sent)).toEqual({ ...status, code: 'DOCUMENT_NOT_TRUSTED' });
  });

  it('elsewhere it passes, the control, and an unknown hash may still be registered', async () => {
    for (const mode of ['off', 'report'] as const) {
      expect(await ask(mode, { query: unknown })).toMatchObject({ data: { ping: 'pong', me: null } });
      const text = `${unknown} # ${mode} over ${name}`;
      expect(await ask(mode, apollos(hashOf(text)))).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
      expect(await ask(mode, { query: text, ...apollos(hashOf(text)) })).toMatchObject(pong);
      expect(await ask(mode, { documentId: `sha256:${hashOf(text)}` })).toMatchObject(pong);
    }
  });

  it('an id that nobody can register is told at once, in every mode', async () => {
    for (const mode of gateways.keys())
      expect(await ask(mode, { documentId: 'web/None' })).toMatchObject({ code: 'DOCUMENT_NOT_TRUSTED' });
  });

  it('contradictions are refused', async () => {
    const wrong = { query: unknown, ...apollos(hashOf(registered)) };
    const twice = { documentId: 'mobile/Heard', ...apollos(hashOf(registered)) };
    for (const sent of [wrong, twice])
      for (const mode of gateways.keys())
        expect(await ask(mode, sent)).toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('an administrator is exempt, and nobody else', async () => {
    const before = await seen('enforce');
    const admin = await world.somebody('ADMIN');
    const service = await world.somebody('SERVICE');
    expect(await ask('enforce', { query: unknown }, admin.token)).toMatchObject(pong);
    expect(await ask('enforce', { query: unknown }, service.token)).toMatchObject({
      code: 'DOCUMENT_NOT_TRUSTED',
    });
    expect((await seen('enforce')).get('exempt')).toBe((before.get('exempt') ?? 0) + 1);
  });
});

it('a subscription is asked for by id', async () => {
  const { url } = gatewayOf('enforce');
  const client = liveClient(url);
  const fields = { documentId: 'mobile/Heard' };
  const listening = listen(client, '', { channel: 'trusted' }, fields);
  const speak = 'mutation { say(channel: "trusted", text: "x") }';
  await vi.waitFor(
    async () => {
      await gatewayOf('off').query(speak);
      expect(listening.answers.length).toBeGreaterThan(0);
    },
    { timeout: 10_000, interval: 5 },
  );
  expect(listening.answers[0]).toEqual({ data: { heard: { text: 'x' } } });
  await client.close();
});

it('mutations are not done by GET, though they are registered', async () => {
  const text = 'mutation { say(channel: "got", text: "x") }';
  const files = path.join(folder, 'mutations.json');
  writeFileSync(files, JSON.stringify({ say: text }));
  const gateway = await world.anotherGateway({
    env: { TRUSTED_DOCUMENTS_FILES: files },
    overrides: { schema: liveSchema() },
  });
  expect(await transports.get(gateway.url, { documentId: 'say' })).toEqual({
    status: 405,
    code: 'BAD_REQUEST',
  });
  expect(await transports.post(gateway.url, { documentId: 'say' })).toMatchObject({ data: { say: true } });
});

describe('of what is not registered', () => {
  const linesOf = (document: string) =>
    logged
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .filter((line) => line['document'] === document);

  it('each is counted, and told once with its hash and its name, without its variables', async () => {
    const text = 'query Spy($silent: Boolean!) { ping @skip(if: $silent) }';
    const before = await seen('report');
    const { url } = gatewayOf('report');
    for (let times = 0; times < 3; times += 1)
      await transports.post(url, { query: text, variables: { silent: true } });
    expect((await seen('report')).get('reported')).toBe((before.get('reported') ?? 0) + 3);
    const lines = linesOf(hashOf(text));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ operationName: 'Spy', level: 'warn' });
    expect(Object.keys(lines[0] ?? {}).sort()).toEqual(['document', 'level', 'msg', 'operationName', 'time']);
  });

  it('what is not executed is not counted as reported', async () => {
    const before = await seen('report');
    for (const query of ['{', '{ pong }'])
      expect((await transports.post(gatewayOf('report').url, { query })).code).toMatch(/_FAILED$/);
    expect(await seen('report')).toEqual(before);
  });

  it('nothing is counted where nobody asked for it', async () => {
    await transports.post(gatewayOf('off').url, { query: unknown });
    expect([...(await seen('off')).keys()]).toEqual(['refused']);
  });
});

it('registered documents that the schema refuses are told when the gateway starts, in one line each', () => {
  const lines = logged
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .filter(({ msg }) => msg === 'a registered document is refused');
  // By three gateways.
  expect(lines).toHaveLength(6);
  expect(lines.slice(0, 2)).toMatchObject([
    { id: 'web/Outdated', reason: expect.stringContaining('Cannot query field "pong"') as string },
    { id: 'garbled', reason: expect.stringContaining('Syntax Error') as string },
  ]);
});

it('a registered document costs Redis nothing', async () => {
  for (const mode of gateways.keys()) {
    const { counts } = await gatewayOf(mode).counting(async () => {
      for (const sent of [
        { documentId: hashOf(registered) },
        { query: registered, ...apollos(hashOf(registered)) },
      ])
        await transports.post(gatewayOf(mode).url, sent);
    });
    expect(counts).toEqual({ redis: {}, postgres: {} });
  }
});
