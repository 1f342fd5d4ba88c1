import { laterLsn, type Lsn } from '../clock/lsn.ts';
import { DomainError } from '../errors/domain-error.ts';
import type { Written } from '../store/store.ts';

/**
 * What a client hands from the answer to a write to its next request: `1.<lsn, hex>.<epoch ms, base 36>`. It is not
 * signed, because it can only ask for fresher reads: a forged one makes its own request's reads use the primary and pass
 * over in-process copies, which is what rate limits bound, and nothing of it is stored or shown to others.
 */
export function writeToken({ lsn, at }: Written): string {
  return `1.${lsn.replace(/^0+(?=.)/, '')}.${at.toString(36)}`;
}

/**
 * Throws `BAD_REQUEST` for what no gateway has written. A token of another version is as good as none: while gateways of
 * two versions run side by side, what a session wrote is known from Redis alone.
 */
export function readToken(text: string): Written | undefined {
  const parts = /^1\.([0-9a-f]{1,16})\.([0-9a-z]{1,9})$/.exec(text);
  if (parts?.[1] !== undefined && parts[2] !== undefined)
    return { lsn: parts[1].padStart(16, '0') as Lsn, at: parseInt(parts[2], 36) };
  if (/^(?!1\.)\d{1,3}\.[\w.-]{1,120}$/.test(text)) return undefined;
  throw new DomainError('BAD_REQUEST', 'The x-consistency-token header is not one that an answer had.');
}

/** One token that asks for as much as all of them; undefined where there is none. */
export function joinTokens(tokens: readonly string[]): string | undefined {
  const all = tokens.map(readToken).filter((written) => written !== undefined);
  if (all.length === 0) return undefined;
  return writeToken(
    all.reduce((one, other) => ({ lsn: laterLsn(one.lsn, other.lsn), at: Math.max(one.at, other.at) })),
  );
}
