import type { Counter, Epochs } from './epochs.ts';
import type { CachePolicy } from './policy.ts';

/** The part of a policy that names its entries. */
export type PolicyName = Pick<CachePolicy<never, never>, 'name' | 'version' | 'strict'>;

/** Raised when the layouts of entry.ts or of the scripts change: gateways of both kinds then do not share entries. */
const schema = 2;

/** So many that each master of a cluster of usual size holds some of them. */
const signs = 128;

/**
 * An entry's key is `<app>:v<schema>:g<generation>:<policy>.<version>:<id>`, and with `s<strict>` in place of the generation
 * for strict policies. So an epoch that is raised leaves all entries under the old number behind.
 */
export interface Keyspace {
  /** From ids to the keys to read and fill, all of one epoch; undefined while such entries must not be looked for. */
  entries(policy: PolicyName): ((id: string) => string) | undefined;
  /** Every key that some gateway may be reading: those to invalidate. Empty while no epoch was ever seen. */
  entriesInUse(policy: PolicyName, id: string): readonly string[];
  /**
   * From names to the keys of tags to read, as with `entries` of policies that are not strict: `…:tag:<name>`; no entry's
   * key looks like it, for theirs have a version behind the policy.
   */
  tags(): ((name: string) => string) | undefined;
  /** Every key of a tag that some gateway may be reading. */
  readonly tagsInUse: (name: string) => readonly string[];
  /** Keys of many slots, for signs that tell whether Redis still holds what was written: `…:v<schema>:sign:<number>`. */
  readonly signs: readonly string[];
  /** Channel of the bus. */
  readonly channel: string;
}

export function createKeyspace(app: string, epochs: Pick<Epochs, 'read' | 'inUse'>): Keyspace {
  if (!/^[a-z0-9-]+$/.test(app)) throw new Error(`not a usable app name: ${app}`);
  const entryUnder = (epoch: number, { name, version, strict }: PolicyName, id: string) =>
    `${app}:v${schema}:${strict ? 's' : 'g'}${epoch}:${name}.${version}:${encodeId(id)}`;
  const tagUnder = (epoch: number, name: string) => `${app}:v${schema}:g${epoch}:tag:${encodeId(name)}`;
  return {
    entries(policy) {
      const epoch = epochs.read(counterOf(policy));
      return epoch === undefined ? undefined : (id) => entryUnder(epoch, policy, id);
    },
    entriesInUse: (policy, id) =>
      epochs.inUse(counterOf(policy)).map((epoch) => entryUnder(epoch, policy, id)),
    tags() {
      const epoch = epochs.read('generation');
      return epoch === undefined ? undefined : (name) => tagUnder(epoch, name);
    },
    tagsInUse: (name) => epochs.inUse('generation').map((epoch) => tagUnder(epoch, name)),
    signs: Array.from({ length: signs }, (_, number) => `${app}:v${schema}:sign:${number}`),
    channel: `${app}:v${schema}:bus`,
  };
}

const counterOf = ({ strict }: Pick<PolicyName, 'strict'>): Counter => (strict ? 'strict' : 'generation');

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
