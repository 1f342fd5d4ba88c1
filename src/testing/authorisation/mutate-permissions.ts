import type { GraphQLSchema } from 'graphql';
import { permissions } from '../../../resolvers/index.ts';
import { everybody, signedIn, type Permissions } from '../../auth/rules.ts';
import type { ShieldRule } from '../../auth/shield.ts';
import { authorise } from '../../graphql/authorise.ts';
import { createOpenSchema } from '../../graphql/schema.ts';
import { probeField } from './probe.ts';

interface Change {
  readonly name: string;
  /** What stands in the rule's place; undefined for nothing. */
  readonly replacement: ShieldRule | undefined;
}

const changes: readonly Change[] = [
  { name: 'deleting it', replacement: undefined },
  { name: 'opening it to everybody', replacement: everybody },
  { name: 'asking only for a token', replacement: signedIn },
];

/**
 * Changes every permission in each of these ways and probes its field again: someone must be treated differently. A
 * survivor is a permission that does nothing, or that nobody would see being lost.
 *
 * One build of the schema changes an entry of every type: a guard does not depend on another type's permissions, and a
 * build for each entry would take seconds.
 */
export async function mutatePermissions(
  open: GraphQLSchema = createOpenSchema(),
  rules: Permissions = permissions,
): Promise<{ readonly entries: number; readonly survivors: readonly string[] }> {
  const guarded = authorise(open, rules);
  const survivors: string[] = [];
  let entries = 0;
  for (const round of rounds(rules)) {
    entries += round.length;
    for (const change of changes) {
      const mutated = round.filter(({ rule }) => rule !== change.replacement);
      const mutant = authorise(open, withMutated(rules, mutated, change));
      for (const { type, field } of mutated) {
        const [before, after] = await Promise.all(
          [guarded, mutant].map((schema) => probeField(schema, type, field)),
        );
        if (JSON.stringify(before) === JSON.stringify(after))
          survivors.push(`${type}.${field}: ${change.name} changes nothing`);
      }
    }
  }
  return { entries, survivors };
}

interface Entry {
  readonly type: string;
  readonly field: string;
  readonly rule: ShieldRule;
}

/** The first entries of all types, then the second ones, and so on. */
function rounds(rules: Permissions): readonly (readonly Entry[])[] {
  const types = Object.entries(rules).map(([type, fields]) =>
    Object.entries(fields).map(([field, rule]) => ({ type, field, rule })),
  );
  const longest = Math.max(0, ...types.map((entries) => entries.length));
  return Array.from({ length: longest }, (_, place) =>
    types.flatMap((entries) => entries.slice(place, place + 1)),
  );
}

function withMutated(rules: Permissions, entries: readonly Entry[], change: Change): Permissions {
  const changed = Object.fromEntries(
    Object.entries(rules).map(([type, fields]) => [type, new Map(Object.entries(fields))]),
  );
  for (const { type, field } of entries) {
    if (change.replacement === undefined) changed[type]?.delete(field);
    else changed[type]?.set(field, change.replacement);
  }
  return Object.fromEntries(
    Object.entries(changed).map(([type, fields]) => [type, Object.fromEntries(fields)]),
  );
}
