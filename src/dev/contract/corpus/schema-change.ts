import type { ChangeClass } from '../change.ts';

/** A change of a schema, small enough to see what it is, and what the gate must call it. */
export interface SchemaChange {
  readonly name: string;
  readonly class: ChangeClass;
  /** SDL; a `Query` is added where it has none. */
  readonly before: string;
  readonly after: string;
}

/** On which the corpus is judged. */
export const today = '2026-11-22';

/** Names each change; the rest is before and after. */
export const changesOf = (
  gravity: ChangeClass,
  changes: Readonly<Record<string, readonly [before: string, after: string]>>,
): readonly SchemaChange[] =>
  Object.entries(changes).map(([name, [before, after]]) => ({ name, class: gravity, before, after }));
