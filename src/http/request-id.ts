import { randomUUID } from 'node:crypto';

/** A caller may name its request, so that its log and ours agree; only in a form that is safe to log and to send back. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : randomUUID();
}
