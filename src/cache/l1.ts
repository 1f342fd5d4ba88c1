import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';

/** Copies in this process, of what Redis holds. Bounded in number and in approximate bytes. */
export interface L1 {
  /** A hit is an object, because the value itself may be undefined: known absent. */
  get(entryKey: string): Copy | undefined;
  /** `bytes` of the encoded value stand for the decoded one's. A copy without time left is not kept. */
  set(entryKey: string, copied: Copied, bytes: number, forMs: number): void;
  delete(entryKey: string): void;
  clear(): void;
  size(): number;
}

/** A value, and the entry in Redis that it was decoded from. */
export interface Copied {
  readonly value: unknown;
  readonly nonce: string;
  /** Epoch ms. */
  readonly freshUntil: number;
}

export interface Copy extends Copied {
  /** By the monotonic clock. */
  readonly until: number;
}

/** Objects, hidden classes and the map's own links weigh about this much beside the value. */
const overheadBytes = 260;

export function createL1(
  clock: Clock,
  bounds: { readonly maxEntries: number; readonly maxBytes: number },
): L1 {
  const copies = new LRUCache<string, Copy>({ max: bounds.maxEntries, maxSize: bounds.maxBytes });
  return {
    get(entryKey) {
      const copy = copies.get(entryKey);
      if (copy === undefined || copy.until > clock.monotonic()) return copy;
      copies.delete(entryKey);
      return undefined;
    },
    set(entryKey, { value, nonce, freshUntil }, bytes, forMs) {
      if (forMs <= 0) return;
      const size = overheadBytes + 2 * (entryKey.length + bytes);
      copies.set(entryKey, { value, nonce, freshUntil, until: clock.monotonic() + forMs }, { size });
    },
    delete: (entryKey) => void copies.delete(entryKey),
    clear: () => copies.clear(),
    size: () => copies.size,
  };
}
