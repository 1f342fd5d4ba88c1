import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../config/config.ts';
import { hashOf, isHash } from './hash.ts';
import { createTrustedList, hashPrefix, type ManifestEntry, type TrustedList } from './trusted-list.ts';

/** As over HTTP: a longer document would be refused there. */
const maxCharacters = 100_000;
/** Of one manifest, so that a file of something else does not fill the screen. */
const maxFaults = 20;

const apolloFormat = 'apollo-persisted-query-manifest';
const apolloManifest = z.object({
  format: z.literal(apolloFormat),
  version: z.literal(1, 'must be 1'),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
});
/** Relay's compiler and ours. */
const plainManifest = z.record(z.string(), z.string());

type Item = Pick<ManifestEntry, 'id' | 'text'>;

/**
 * Reads manifests: `{ id: text }`, as Relay's compiler and this project's code generation write them, or Apollo's
 * persisted-query manifest. Throws `ConfigError` with one line per fault; whether a text is GraphQL is not looked at here.
 */
export function readManifests(files: readonly string[]): TrustedList {
  const faults: string[] = [];
  const entries = new Map<string, ManifestEntry>();
  for (const file of files) {
    const found: string[] = [];
    for (const { id, text } of readManifest(file, (fault) => found.push(fault))) {
      const entry = { id, text, file, hash: hashOf(text) };
      const fault = faultOf(entry, entries.get(id));
      if (fault === undefined) entries.set(id, entry);
      else found.push(`gives ${JSON.stringify(shortened(id))} ${fault}`);
    }
    faults.push(...firstOf(found).map((fault) => `TRUSTED_DOCUMENTS_FILES: ${file} ${fault}`));
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return createTrustedList([...entries.values()]);
}

function readManifest(file: string, report: (fault: string) => void): readonly Item[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    report(error instanceof SyntaxError ? 'is not JSON' : `cannot be read: ${reasonOf(error)}`);
    return [];
  }
  const isApollos = typeof content === 'object' && content !== null && 'operations' in content;
  const read = isApollos
    ? apolloManifest.transform(({ operations }) => operations.map(({ id, body }) => ({ id, text: body })))
    : plainManifest.transform((texts) => Object.entries(texts).map(([id, text]) => ({ id, text })));
  const { success, data, error } = read.safeParse(content);
  if (success) return data;
  for (const { path, message } of error.issues)
    report(`is no manifest: ${path.length === 0 ? '' : `${shortened(path.join('.'))}: `}${message}`);
  return [];
}

/** What an id promises must be so: clients and caches rely on a hash being that of the text. */
function faultOf({ id, hash, text }: ManifestEntry, earlier: ManifestEntry | undefined): string | undefined {
  if (text === '' || text.length > maxCharacters)
    return `a text of ${text.length} characters; it may have 1 to ${maxCharacters}`;
  const promised = id.startsWith(hashPrefix) ? id.slice(hashPrefix.length) : id;
  if ((isHash(promised) || promised !== id) && promised !== hash) return 'a text of another SHA-256';
  if (earlier !== undefined && earlier.text !== text) return `another text than ${earlier.file}`;
  return undefined;
}

const firstOf = (faults: readonly string[]): readonly string[] =>
  faults.length <= maxFaults
    ? faults
    : [...faults.slice(0, maxFaults), `has ${faults.length - maxFaults} more faults`];

const shortened = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
