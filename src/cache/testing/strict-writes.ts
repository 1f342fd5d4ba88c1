import type { Cache } from '../cache.ts';
import { textPolicy } from './gateway.ts';
import type { EpochTable, EpochView } from './epochs.ts';
import type { Table } from './table.ts';

export const strictPolicy = textPolicy({ name: 'strict-texts', tiers: 'redis', strict: true });

export interface StrictWrite {
  readonly cache: Cache;
  readonly table: Table;
  readonly epochs: EpochTable;
  /** The writing gateway's. */
  readonly view: EpochView;
  readonly id: string;
  readonly value: string;
  /** Between mark and COMMIT, and between COMMIT and the invalidation. */
  readonly pause?: () => Promise<unknown>;
  /** Killed after COMMIT. */
  readonly dies?: boolean;
}

/** A transaction as the store makes it. Resolves to how long the answer must wait, when everything but that is done. */
export async function writeStrict({ pause, ...write }: StrictWrite): Promise<number> {
  const { cache, table, epochs, view } = write;
  const changed = [{ policy: strictPolicy, id: write.id }];
  const mark = await cache.mark(changed);
  await pause?.();
  const lsn = table.write(write.id, write.value);
  if (!mark.complete) epochs.raise('strict');
  if (write.dies === true) return mark.answerAfterMs;
  view.sample();
  await pause?.();
  await cache.invalidate(changed, lsn, { mark: mark.token });
  return mark.answerAfterMs;
}

export const readStrict = async (cache: Cache, table: Table, id = 'row') =>
  (await cache.getMany(strictPolicy, [id], table.source)).get(id);
