import { zeroLsn, type Lsn } from '../../clock/lsn.ts';
import type { LoadNeed, Source } from '../source.ts';

/** Stands for a primary with one replica, so that a proof decides who has seen which commit. */
export interface Table {
  /** Commits and returns the position of the commit; `undefined` deletes. The replica follows at `replicate`. */
  write(id: string, value: string | undefined): Lsn;
  replicate(): void;
  /** Reads the replica when it has replayed enough, otherwise the primary, and counts. */
  readonly source: Source<string, string>;
  /** Called between the snapshot of a load and its result. */
  onSnapshot(hook: () => Promise<void>): void;
  /** One entry per statement. */
  readonly loads: readonly {
    readonly keys: readonly string[];
    readonly need: LoadNeed;
    readonly from: Node;
  }[];
}

type Node = 'primary' | 'replica';

export function createTable(rows: Readonly<Record<string, string>> = {}): Table {
  const primary = new Map(Object.entries(rows));
  let replica = new Map(primary);
  let written = 1;
  let replayed = toLsn(written);
  let hook: () => Promise<void> = () => Promise.resolve();
  const loads: { keys: readonly string[]; need: LoadNeed; from: Node }[] = [];

  return {
    write(id, value) {
      if (value === undefined) primary.delete(id);
      else primary.set(id, value);
      return toLsn(++written);
    },
    replicate() {
      replica = new Map(primary);
      replayed = toLsn(written);
    },
    source: {
      async load(keys, need) {
        const from = need.primary || replayed < need.atLeast ? 'primary' : 'replica';
        const label = from === 'replica' ? replayed : undefined;
        const snapshot = new Map(from === 'replica' ? replica : primary);
        loads.push({ keys, need, from });
        await hook();
        const values = keys.flatMap((key) => {
          const value = snapshot.get(key);
          return value === undefined ? [] : [[key, value] as const];
        });
        return { values: new Map(values), replayed: label };
      },
    },
    onSnapshot: (next) => (hook = next),
    loads,
  };
}

const toLsn = (position: number) => (zeroLsn + position.toString(16)).slice(-16) as Lsn;
