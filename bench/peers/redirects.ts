import { LRUCache } from 'lru-cache';
import { readCode } from '../../datasources/links/codes.ts';
import { selectUrls } from './rows.ts';
import { cachedEntries, freshSeconds, settings } from './settings.ts';

const kept = new LRUCache<string, string>({ max: cachedEntries, ttl: freshSeconds * 1_000 });

/** Where a short link leads; undefined where there is none. */
export async function findUrl(code: string): Promise<string | undefined> {
  const known = kept.get(code);
  if (known !== undefined) return known;
  const read = readCode(code);
  if (read?.kind !== 'id') return undefined;
  const [link] = await selectUrls([read.id]);
  if (link !== undefined && settings.cache !== 'off') kept.set(code, link.url);
  return link?.url;
}
