import { fromBase62, toBase62 } from '../../src/ids/base62.ts';

/** What a code stands for, by its text alone. */
export type ReadCode =
  { readonly kind: 'id'; readonly id: string } | { readonly kind: 'alias'; readonly alias: string };

/** The ids of some two months of 2025 have fewer digits; zeros in front make them as long as the others. */
const shortestId = 10;
const idPattern = /^(?:[0-9A-Za-z]{10}|[1-9A-Za-z][0-9A-Za-z]{10})$/;
const aliasPattern = /^[A-Za-z0-9_-]{3,32}$/;
const looksLikeId = /^[0-9A-Za-z]{10,11}$/;
const largestId = 2n ** 63n - 1n;

/** The code of a link without an alias: its id in base 62, 10 characters, from 2030 on 11. */
export const codeOf = (id: string): string => toBase62(BigInt(id)).padStart(shortestId, '0');

/**
 * 10 or 11 letters and digits are always an id, anything else that may be an alias is one; so a look-up never has to try
 * both. Undefined for what no link can have.
 */
export function readCode(code: string): ReadCode | undefined {
  if (looksLikeId.test(code)) {
    const id = idPattern.test(code) ? fromBase62(code) : undefined;
    return id === undefined || id === 0n || id > largestId ? undefined : { kind: 'id', id: id.toString() };
  }
  return isAlias(code) ? { kind: 'alias', alias: code } : undefined;
}

/** 3 to 32 letters, digits, `-` and `_`; case matters. Not what could be an id, nor what this server answers itself. */
export const isAlias = (text: string): boolean =>
  aliasPattern.test(text) && !looksLikeId.test(text) && !reserved.has(text.toLowerCase());

/** Paths of the gateway, and words that a browser, a crawler or a person may take for one. */
const reserved: ReadonlySet<string> = new Set([
  'graphql',
  'graphiql',
  'healthz',
  'readyz',
  'livez',
  'metrics',
  'favicon',
  'robots',
  'sitemap',
  'apple-touch-icon',
  'api',
  'app',
  'admin',
  'assets',
  'static',
  'public',
  'login',
  'logout',
  'signin',
  'signup',
  'help',
  'status',
  'about',
]);
