import { isLsn, type Lsn } from '../clock/lsn.ts';

/**
 * What one Redis key holds, by its first byte:
 *
 *     V  lsn 16  nonce 20  payload     a value that contains every commit up to lsn
 *     T  lsn 16                        a fence: an invalidation at lsn
 *     L  lsn 16  deadline 13  token 20 a lease: one reader may fill; lsn is the fence it keeps
 *
 * and the payload: kind 1 (v value, m known absent), freshUntil 12, load duration 8, length of the text 8, text.
 * Numbers are lower-case hex, but the deadline: epoch ms in decimal digits, by the clock of Redis.
 */
export type Entry =
  | { readonly kind: 'value'; readonly lsn: Lsn; readonly head: string; readonly payload: Payload }
  | { readonly kind: 'fence'; readonly lsn: Lsn }
  | { readonly kind: 'lease'; readonly lsn: Lsn }
  /** Truncated, foreign or damaged. `head` where at least that much of a value is right, else ''. */
  | { readonly kind: 'corrupt'; readonly head: string };

export interface Payload {
  /** Undefined: known that there is no such row. */
  readonly text: string | undefined;
  /** Epoch ms. */
  readonly freshUntil: number;
  /** How long the source took; what a refresh will take. */
  readonly loadMs: number;
}

const headPattern = /^V[0-9a-f]{36}/;
const payloadPattern = /^([vm])([0-9a-f]{12})([0-9a-f]{8})([0-9a-f]{8})/;
const leasePattern = /^L[0-9a-f]{16}[0-9]{13}[0-9a-f]{20}$/;
const headLength = 37;
const payloadHeadLength = 29;

/** The part of a value behind lsn and nonce, which FILL puts in front. */
export function encodePayload({ text, freshUntil, loadMs }: Payload): string {
  const body = text ?? '';
  return `${text === undefined ? 'm' : 'v'}${hex(freshUntil, 12)}${hex(loadMs, 8)}${hex(body.length, 8)}${body}`;
}

/** Never throws, whatever the bytes. */
export function decodeEntry(bytes: string): Entry {
  const lsn = bytes.slice(1, 17);
  if (!isLsn(lsn)) return { kind: 'corrupt', head: '' };
  if (bytes.startsWith('T'))
    return bytes.length === 17 ? { kind: 'fence', lsn } : { kind: 'corrupt', head: '' };
  if (bytes.startsWith('L'))
    return leasePattern.test(bytes) ? { kind: 'lease', lsn } : { kind: 'corrupt', head: '' };
  if (!headPattern.test(bytes)) return { kind: 'corrupt', head: '' };

  const head = bytes.slice(0, headLength);
  const payload = decodePayload(bytes.slice(headLength));
  return payload === undefined ? { kind: 'corrupt', head } : { kind: 'value', lsn, head, payload };
}

function decodePayload(bytes: string): Payload | undefined {
  const parts = payloadPattern.exec(bytes);
  if (parts === null) return undefined;
  const [, kind, freshUntil = '', loadMs = '', length = ''] = parts;
  const text = bytes.slice(payloadHeadLength);
  if (text.length !== Number.parseInt(length, 16) || (kind === 'm' && text !== '')) return undefined;
  return {
    text: kind === 'm' ? undefined : text,
    freshUntil: Number.parseInt(freshUntil, 16),
    loadMs: Number.parseInt(loadMs, 16),
  };
}

/** Rounded and clamped to what `digits` hex digits can hold. */
function hex(value: number, digits: number): string {
  const clamped = Math.min(Math.max(Math.round(value), 0), 16 ** digits - 1);
  return clamped.toString(16).padStart(digits, '0');
}
