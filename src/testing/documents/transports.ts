import { liveClient } from '../live/live-client.ts';

/** What a client sends; over GET as parameters, elsewhere as it stands. */
export type Sent = Readonly<Record<string, unknown>>;

export interface TransportAnswer {
  /** Of transports that have one. */
  readonly status?: number;
  readonly data?: unknown;
  /** Of the first error. */
  readonly code?: string;
}

export const transportNames = ['post', 'get', 'sse', 'socket'] as const;

type Transport = (typeof transportNames)[number];

type Ask = (url: string, sent: Sent, token?: string) => Promise<TransportAnswer>;

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[] | undefined;
}

const read = ({ data, errors }: Body): TransportAnswer => ({
  ...(data == null ? {} : { data }),
  ...(errors?.[0] === undefined ? {} : { code: String(errors[0].extensions?.code) }),
});

const bearer = (token: string | undefined) =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

/** Every way to ask the gateway something, each with its first answer. */
export const transports: Readonly<Record<Transport, Ask>> = {
  async post(url, sent, token) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(token) },
      body: JSON.stringify(sent),
    });
    return { status: response.status, ...read((await response.json()) as Body) };
  },
  async get(url, sent, token) {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(sent))
      parameters.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    const response = await fetch(`${url}/graphql?${parameters.toString()}`, {
      headers: { 'apollo-require-preflight': 'true', ...bearer(token) },
    });
    return { status: response.status, ...read((await response.json()) as Body) };
  },
  async sse(url, sent, token) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...bearer(token) },
      body: JSON.stringify(sent),
    });
    const [first] = /(?<=^data: ).+$/m.exec(await response.text()) ?? ['{}'];
    return read(JSON.parse(first) as Body);
  },
  async socket(url, sent, token) {
    const live = liveClient(url, { token });
    try {
      // Its clients must send a text.
      for await (const answer of live.client.iterate({ query: '', ...sent })) return read(answer);
      return {};
    } catch (errors) {
      return read({ errors: errors as NonNullable<Body['errors']> });
    } finally {
      await live.close();
    }
  },
};
