import type { Target } from './redirects.ts';

/** Somebody may be about to make what is missing, or to prolong what has expired. */
const negativeSeconds = 5;

/** Whether it leads anywhere at `now`, in epoch ms. */
export const isOpen = ({ expiresAt }: Target, now: number): boolean =>
  expiresAt === null || now < expiresAt.getTime();

/**
 * Of an answer with no body that sends to an open target: names and values in turn, as `writeHead` takes them. Undefined
 * where its address must not be put into a header: what comes in is checked, but a row may be written past the gateway.
 */
export function redirectHeaders(
  target: Target,
  now: number,
  cdnSeconds: number,
): readonly string[] | undefined {
  const { code, url, expiresAt } = target;
  if (!isLocation.test(url)) return undefined;
  const leftSeconds = expiresAt === null ? Infinity : Math.floor((expiresAt.getTime() - now) / 1_000);
  return [
    'location',
    url,
    'cache-control',
    cacheControl(Math.min(cdnSeconds, leftSeconds)),
    'cache-tag',
    cacheTag(code),
    'content-length',
    '0',
  ];
}

/** Of an answer that there is nothing to be sent to. */
export const negativeCacheControl = (cdnSeconds: number): string =>
  cacheControl(Math.min(cdnSeconds, negativeSeconds));

/** What everything about one short address is purged by. */
export const cacheTag = (code: string): string => `link-${code}`;

/** Shared caches alone keep it: a browser would go on following what was changed, and no purge reaches it. */
const cacheControl = (seconds: number): string =>
  seconds < 1 ? 'no-cache' : `public, max-age=0, s-maxage=${seconds}`;

const isLocation = /^https?:\/\/[\x21-\x7e]+$/;
