import { breakingChanges } from './breaking.ts';
import { dangerousChanges } from './dangerous.ts';
import { safeChanges } from './safe.ts';
import type { SchemaChange } from './schema-change.ts';

/** Changes as they happen, the nasty ones among them. */
export const corpus: readonly SchemaChange[] = [...breakingChanges, ...dangerousChanges, ...safeChanges];
