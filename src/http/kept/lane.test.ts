import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../context/context.ts';
import { DomainError } from '../../errors/domain-error.ts';
import type { KeptAnswer } from '../../graphql/kept/kept-answers.ts';
import { keysOf } from '../../graphql/kept/keys.ts';
import { createFreeBudget } from '../../limits/rate/budget.ts';
import type { RateLimit } from '../../limits/rate/rate-limit.ts';
import { createLog } from '../../log/log.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { createKeptLane, type Entered, type KeptLane } from './lane.ts';

const known = JSON.stringify({ query: '{ known }' });
const unknown = JSON.stringify({ query: '{ unknown }' });
const contentType = 'application/json; charset=utf-8';
const keptAnswer = { seal: { holds: () => true } as KeptAnswer['seal'] } as KeptAnswer;

let server: Server;
let lane: KeptLane;
/** What the lane does with a request that it knows. */
let outcome: 'given' | 'refused' | 'not given';
let letIn = 0;
/** What those behind the lane were told of each request. */
let entered: Entered[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    const passOn = () => void behind(request, response);
    if (!lane.take(request, response, passOn)) passOn();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());
beforeEach(() => {
  [outcome, letIn, entered] = ['given', 0, []];
  const keys = keysOf(known, { 'content-type': 'application/json' });
  lane = createKeptLane({
    answers: { find: (asked) => (asked.shared === keys?.shared ? keptAnswer : undefined) },
    repeats: {
      give: () =>
        Promise.resolve(
          outcome === 'given'
            ? { status: 200, headers: [['content-type', contentType]], body: 'kept', token: undefined }
            : undefined,
        ),
    },
    createContext: () => {
      letIn += 1;
      if (outcome === 'refused') return Promise.reject(new DomainError('UNAUTHENTICATED', 'Who are you?'));
      return Promise.resolve({ deadline: { end: () => undefined } } as Context);
    },
    rateLimit: createRateLimitOfNobody(() => (letIn += 1)),
    clientAddress: () => '127.0.0.1',
    consistencyHeader: 'x-consistency-token',
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
  });
  lane.noteHeaders({
    'x-frame-options': 'DENY',
    'x-request-id': 'not this one',
    'cache-control': 'nor this',
  });
});

async function behind(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const found = lane.entered(request);
  if (found !== undefined) entered.push(found);
  response.end(`behind: ${await text(request)}`);
}

const createRateLimitOfNobody = (onEnter: () => void): RateLimit => ({
  enter() {
    onEnter();
    return Promise.resolve(undefined);
  },
  admit() {
    if (outcome === 'refused') throw new DomainError('RATE_LIMITED', 'Come back later.');
    return createFreeBudget();
  },
});

const requestOf = (body: string, headers: readonly string[] = []) =>
  [
    'POST /graphql HTTP/1.1',
    ...['Host: here', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`],
    ...headers,
    ...['', body],
  ].join('\r\n');

/** Sends the parts one after the other, each when the one before was taken, and resolves to all that came back by `until`. */
function send(parts: readonly string[], until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay(true);
    let received = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      received += part;
      if (until.test(received)) socket.destroy();
    });
    socket.on('close', () => resolve(received)).on('error', reject);
    const next = (index: number): void => {
      const part = parts[index];
      if (part !== undefined)
        socket.write(part, () => setImmediate(() => setImmediate(() => next(index + 1))));
    };
    socket.once('connect', () => next(0));
  });
}

describe('a request that came whole, for an answer that is kept', () => {
  it('is answered, with the headers of all answers and a name of its own', async () => {
    const told = await send([requestOf(known, ['X-Request-Id: mine'])], /kept$/);
    expect(told).toContain('HTTP/1.1 200 OK');
    expect(told.toLowerCase()).toContain('x-frame-options: deny\r\n');
    expect(told).toContain('x-request-id: mine\r\n');
    expect(told).not.toMatch(/not this one|nor this/);
  });

  it('is answered in its turn, where others came behind it in the same bunch', async () => {
    const all = [known, unknown, known].map((body) => requestOf(body)).join('');
    const told = await send([all], /kept[^]*kept$/);
    expect(told.match(/kept|behind: \{.*?\}"\}/g)).toEqual(['kept', `behind: ${unknown}`, 'kept']);
  });

  const ways = [
    ['with a token', ['Authorization: Bearer a.b.c']],
    ['without one', []],
  ] as const;

  it.each(ways)(
    'is handed on whole where its sender, %s, is not let in, which is asked once',
    async (_, headers) => {
      outcome = 'refused';
      expect(await send([requestOf(known, headers)], /behind: .*\}/)).toContain(`behind: ${known}`);
      expect(letIn).toBe(1);
      expect(entered).toHaveLength(1);
    },
  );

  it.each(ways)('is handed on whole, let in %s, where the answer may not be given', async (_, headers) => {
    outcome = 'not given';
    expect(await send([requestOf(known, headers)], /behind: .*\}/)).toContain(`behind: ${known}`);
    expect(letIn).toBe(1);
    expect(entered).toHaveLength(1);
  });
});

describe('a request is left to others, whole and not let in,', () => {
  const whole = requestOf(known);
  const cut = whole.length - 8;

  it.each<readonly [string, readonly string[]]>([
    ['whose answer is not kept', [requestOf(unknown)]],
    ['whose body comes later', [whole.slice(0, cut), whole.slice(cut)]],
    ['from another origin', [requestOf(known, ['Origin: https://elsewhere.example'])]],
    ['that is compressed', [requestOf(known, ['Content-Encoding: gzip'])]],
    ['of another form', [whole.replace('application/json', 'text/plain')]],
    [
      'in chunks',
      [
        whole
          .replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked')
          .replace(known, `${known.length.toString(16)}\r\n${known}\r\n0\r\n\r\n`),
      ],
    ],
    ['at another path', [whole.replace('/graphql', '/graphql/')]],
    ['by another method', [whole.replace('POST', 'PUT')]],
  ])('%s', async (_, parts) => {
    expect(await send(parts, /behind: .*\}/)).toMatch(/behind: \{"query":"\{ (un)?known \}"\}/);
    expect(letIn).toBe(0);
  });
});
