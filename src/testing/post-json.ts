import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

const timeoutMs = 15_000;
const agent = new Agent({ keepAlive: true });

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Posts JSON. `fetch` would do, but takes as much of the processor as the gateway itself, which runs in the same process
 * where tests measure it.
 */
export async function postJson(
  url: string,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const sent = JSON.stringify(value);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) };
    request(url, {
      ...{ agent, method: 'POST', headers: { ...length, ...headers } },
      signal: AbortSignal.timeout(timeoutMs),
    })
      .on('response', resolve)
      .on('error', reject)
      .end(sent);
  });
  return { status: response.statusCode ?? 0, body: JSON.parse(await text(response)) as unknown };
}
