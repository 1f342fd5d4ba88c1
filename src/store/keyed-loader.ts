import DataLoader from 'dataloader';
import { asError } from '../errors/as-error.ts';
import { mostKeys } from './joined-loads.ts';

/** Loads of one tick as one batch, by keys of any kind; dropped by the id of a key, as invalidations name it. */
export interface KeyedLoader<Key, Value> {
  readonly load: (key: Key) => Promise<Value | undefined>;
  readonly clear: (id: string) => void;
  readonly clearAll: () => void;
}

interface Needs<Key, Value> {
  readonly idOf: (key: Key) => string;
  /** By id; each key once. Tells `onFailure` of those that failed alone. */
  readonly read: (
    keys: readonly Key[],
    onFailure: (id: string, error: unknown) => void,
  ) => Promise<ReadonlyMap<string, Value | undefined>>;
  /** False where what is loaded again is to be looked for again. */
  readonly remembers: boolean;
}

export function createKeyedLoader<Key, Value>({
  idOf,
  read,
  remembers,
}: Needs<Key, Value>): KeyedLoader<Key, Value> {
  const keys = new Map<string, Key>();
  const loader = new DataLoader<string, Value | undefined>(
    async (ids) => {
      const wanted = [...new Set(ids)].map((id) => keys.get(id) as Key);
      if (!remembers) for (const id of ids) keys.delete(id);
      const failed = new Map<string, Error>();
      const found = await read(wanted, (id, error) => failed.set(id, asError(error)));
      // Whoever asks again later in the request is not answered from a failure.
      for (const id of failed.keys()) loader.clear(id);
      return ids.map((id) => failed.get(id) ?? found.get(id));
    },
    { maxBatchSize: mostKeys, cache: remembers },
  );
  return {
    load(key) {
      const id = idOf(key);
      keys.set(id, key);
      return loader.load(id);
    },
    clear: (id) => void loader.clear(id),
    clearAll: () => void loader.clearAll(),
  };
}
