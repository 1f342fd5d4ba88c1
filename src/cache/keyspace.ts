import type { CachePolicy } from './policy.ts';

/** The part of a policy that names its entries. */
export type PolicyName = Pick<CachePolicy<never, never>, 'name' | 'version'>;

/** Raised when the layouts of entry.ts or of the scripts change: gateways of both kinds then do not share entries. */
const schema = 2;

export interface Keyspace {
  /** `<app>:v<schema>:g<generation>:<policy>.<version>:<id>`. */
  entry(policy: PolicyName, id: string): string;
  /** `<app>:v<schema>:g<generation>:tag:<name>`; no entry's key looks like it, for theirs have a version behind the policy. */
  readonly tag: (name: string) => string;
  /** Fits every entry and every tag of this app, of all generations; for SCAN. */
  readonly pattern: string;
  /** Channel of the bus. */
  readonly channel: string;
}

/** `generation` is asked for every key: raising it makes all entries unreachable at once. */
export function createKeyspace(app: string, generation: () => number): Keyspace {
  if (!/^[a-z0-9-]+$/.test(app)) throw new Error(`not a usable app name: ${app}`);
  return {
    entry: (policy, id) =>
      `${app}:v${schema}:g${generation()}:${policy.name}.${policy.version}:${encodeId(id)}`,
    tag: (name) => `${app}:v${schema}:g${generation()}:tag:${encodeId(name)}`,
    pattern: `${app}:v${schema}:g*`,
    channel: `${app}:v${schema}:bus`,
  };
}

export const isTagKey = (key: string): boolean => key.split(':', 4)[3] === 'tag';

/**
 * Percent-encoding, with `:`, `{` and `}` among the encoded: an id can neither reach into another part of the key nor
 * choose its cluster slot. Two ids never become one, not even where they hold half of a surrogate pair.
 */
function encodeId(id: string): string {
  try {
    return encodeURIComponent(id);
  } catch {
    return Array.from(id, encodeCharacter).join('');
  }
}

function encodeCharacter(character: string): string {
  const isHalf = /^\p{Surrogate}$/u.test(character);
  return isHalf ? `%u${character.charCodeAt(0).toString(16)}` : encodeURIComponent(character);
}
