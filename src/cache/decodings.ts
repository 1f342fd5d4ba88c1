import { LRUCache } from 'lru-cache';
import type { EntryState, ValueEntry } from './entry.ts';
import type { Codec } from './policy.ts';

/**
 * What entries were decoded to, by their bytes. Redis is asked each time; where its answer is the same, byte for byte, so is
 * what was made of it, and parsing, checking and freezing it again would take longer than all else that is done with a hit.
 * So this is no copy that could be old, and strict policies use it too.
 */
export interface Decodings {
  find<Value>(entryKey: string, bytes: string, codec: Codec<Value>): Decoding<Value> | undefined;
  note(entryKey: string, decoding: Decoding<unknown>): void;
}

export interface Decoding<Value> {
  readonly bytes: string;
  readonly codec: Codec<Value>;
  readonly entry: ValueEntry;
  readonly state: EntryState;
  /** Frozen; undefined for known absent. */
  readonly value: Value | undefined;
}

/** The bytes are kept beside what was made of them; objects and links weigh about this much more. */
const overheadBytes = 400;

export function createDecodings(bounds: {
  readonly maxEntries: number;
  readonly maxBytes: number;
}): Decodings {
  const decodings = new LRUCache<string, Decoding<unknown>>({
    max: bounds.maxEntries,
    maxSize: bounds.maxBytes,
  });
  return {
    find<Value>(entryKey: string, bytes: string, codec: Codec<Value>) {
      const known = decodings.get(entryKey);
      const isSame = known?.bytes === bytes && known.codec === codec;
      return isSame ? (known as Decoding<Value>) : undefined;
    },
    note(entryKey, decoding) {
      const size = overheadBytes + entryKey.length + 3 * decoding.bytes.length;
      decodings.set(entryKey, decoding, { size });
    },
  };
}
