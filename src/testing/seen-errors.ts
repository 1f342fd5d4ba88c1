import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { rawSocket } from './live/raw-socket.ts';

/** What a client sees of a failure. */
export interface SeenError {
  readonly code: unknown;
  readonly requestId: unknown;
  /** Of an answer over HTTP; undefined within a socket. */
  readonly status?: number;
  /** Whether there is nothing else: no data, not even null at a field. */
  readonly isWhole: boolean;
}

export interface Asking {
  readonly body: unknown;
  readonly token?: string | undefined;
  readonly path?: string;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}

type Ask = (url: string, asking: Asking) => Promise<SeenError>;

/** The first failure of an answer, by each transport. Throws where nothing fails, or an error bears no id of its request. */
export const seenOver = { post, sse, socket } satisfies Record<string, Ask>;

function read({ data, errors = [] }: Answer, status?: number): SeenError {
  const [first, ...others] = errors.map(({ extensions }) => extensions);
  if (first === undefined || others.some((other) => other?.['requestId'] !== first['requestId']))
    throw new Error(`no failure of one request: ${JSON.stringify({ status, data, errors })}`);
  return {
    code: first['code'],
    requestId: first['requestId'],
    ...(status === undefined ? {} : { status }),
    isWhole: data === undefined,
  };
}

const authorization = (token: string | undefined) =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

const send = (url: string, { body, token, path = '/graphql' }: Asking, accept: string) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', ...authorization(token) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });

async function post(url: string, asking: Asking): Promise<SeenError> {
  const response = await send(url, asking, 'application/json');
  const seen = read((await response.json()) as Answer, response.status);
  if (response.headers.get('x-request-id') !== seen.requestId) throw new Error('the header has another id');
  return seen;
}

/** Of a stream that goes on, what ends it. */
async function sse(url: string, asking: Asking): Promise<SeenError> {
  const response = await send(url, asking, 'text/event-stream');
  const received = await response.text();
  if (response.headers.get('content-type')?.startsWith('application/json') === true)
    return read(JSON.parse(received) as Answer, response.status);
  const answers = [...received.matchAll(/^data: (.+)$/gm)].map(([, line = '']) => JSON.parse(line) as Answer);
  return read(answers.at(-1) ?? {});
}

async function socket(url: string, { body, token }: Asking): Promise<SeenError> {
  const live = await rawSocket(url, { params: authorization(token) });
  try {
    live.say({ type: 'subscribe', id: '1', payload: { query: '', ...(body as object) } });
    const { type, payload } = await Promise.race([live.until('error'), live.until('next')]);
    return read((type === 'error' ? { errors: payload } : payload) as Answer);
  } finally {
    live.ws.terminate();
  }
}

/** Of a request to become a socket that is refused, for a page of this origin. */
export async function seenAtUpgrade(url: string, origin: string): Promise<SeenError> {
  const headers = { connection: 'Upgrade', upgrade: 'websocket', origin };
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    request(`${url}/graphql`, { headers }).on('response', resolve).on('error', reject).end(),
  );
  return read(JSON.parse(await text(response)) as Answer, response.statusCode);
}
