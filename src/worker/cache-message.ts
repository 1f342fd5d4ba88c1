/** What a writer tells the log in its own transaction, so that its entries are evicted even if it dies. */
export interface CacheMessage {
  /** `<policy>:<id>`, as the writer named them. */
  readonly keys: readonly string[];
  /** The token of the dirty markers that the writer has left on strict keys. */
  readonly mark: string | undefined;
  /** Row versions by key, where the writer knows them. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Prefixes of logical messages: those of writers, and the backstop's own. */
export const cachePrefix = 'cache';
export const heartbeatPrefix = 'cache-heartbeat';

/** Undefined for anything that no writer of ours would have written. */
export function parseCacheMessage(text: string): CacheMessage | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (isTexts(body)) return { keys: body, mark: undefined, rows: {} };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { keys = [], mark, rows = {} } = body as Readonly<Record<string, unknown>>;
  if (!isTexts(keys) || !isMark(mark) || !isVersions(rows)) return undefined;
  return { keys, mark, rows };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isMark = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === 'string' && /^[0-9a-f]{20}$/.test(value));

const isVersions = (value: unknown): value is Readonly<Record<string, number>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((version) => Number.isSafeInteger(version) && version >= 0);
