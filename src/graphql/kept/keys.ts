import type { IncomingHttpHeaders } from 'node:http';

/** What an answer is kept under. */
export interface Keys {
  /** All of a request that its answer depends on, its sender apart. */
  readonly shared: string;
  /** The same with its sender: of who has a token. */
  readonly own: string | undefined;
}

/** Longer ones are rare, and would take the place of many. */
export const maxKeyCharacters = 16_384;
const jsonTypes = new Set(['application/json', 'application/json; charset=utf-8']);

/**
 * What is sent, byte by byte, so that nothing has to be understood and nothing is taken for something else; what form is wanted;
 * and the token as it came, behind a text that nothing can be behind. Undefined where no answer is kept.
 */
export function keysOf(sent: string, headers: IncomingHttpHeaders): Keys | undefined {
  if (sent.length > maxKeyCharacters || !sent.startsWith('{')) return undefined;
  if (!jsonTypes.has(headers['content-type'] ?? '')) return undefined;
  const shared = `${headers.accept ?? ''}\n${sent}`;
  const { authorization } = headers;
  return { shared, own: authorization === undefined ? undefined : `${shared}\n${authorization}` };
}
