export interface CacheSettings {
  /** One reader has this long to read the source and fill; longer than most statements take. */
  readonly leaseMs: number;
  /** Life of a fence; longer than the largest lag that a replica may have and still be read. */
  readonly fenceMs: number;
  /** Life of a writer's claim on a strict entry; longer than COMMIT and the invalidation behind it may take. */
  readonly markMs: number;
  /** One reader has this long to refresh a value; after a failed attempt nobody tries again for as long. */
  readonly claimMs: number;
  /** Above 1 values are refreshed ahead of their end earlier and more often, below 1 later; 0 never. */
  readonly refreshBeta: number;
  /** Life of a tag's stamp, prolonged by use; longer than that of any list. */
  readonly tagForMs: number;
  /** Longer texts are stored compressed. */
  readonly compressOverChars: number;
  /** Larger payloads are not stored; read from the source each time. */
  readonly maxPayloadBytes: number;
  /** Upper bound of a copy's life in this process, where the policy does not say otherwise. */
  readonly l1ForMs: number;
  readonly l1MaxEntries: number;
  readonly l1MaxBytes: number;
  /** Entries whose bytes are kept with what they were decoded to. */
  readonly decodedMaxEntries: number;
  readonly decodedMaxBytes: number;
  /** After three times this long without a heartbeat, copies in this process are given up. */
  readonly heartbeatMs: number;
  /** Keys whose invalidation waits for Redis to return; with more, all entries are given up instead. */
  readonly maxQueued: number;
}

export const defaultCacheSettings: CacheSettings = {
  leaseMs: 2_000,
  fenceMs: 30_000,
  markMs: 30_000,
  claimMs: 2_000,
  refreshBeta: 1,
  tagForMs: 24 * 3_600_000,
  // Inflating 2 KB takes as long as parsing them and saves 1.4 KB; from 8 KB on it takes less than half of the parsing.
  compressOverChars: 8_192,
  maxPayloadBytes: 256 * 1024,
  l1ForMs: 10_000,
  l1MaxEntries: 50_000,
  l1MaxBytes: 64 * 1024 * 1024,
  decodedMaxEntries: 20_000,
  decodedMaxBytes: 32 * 1024 * 1024,
  heartbeatMs: 500,
  maxQueued: 10_000,
};

/** Switched off only by proofs, to show that what they check for does happen without the protection. */
export interface Protections {
  /** An invalidation leaves its LSN behind, which a later fill must reach. */
  readonly fence: boolean;
  /** Only the holder of the lease may fill, and an invalidation takes the lease away. */
  readonly lease: boolean;
  /** Writers claim strict entries before COMMIT, or else raise the strict epoch and wait. */
  readonly strict: boolean;
  /** What is made of entries is given up with them; it is when not given. */
  readonly seals?: boolean;
  /** A kept answer that is one session's own is given to no other; it is when not given. */
  readonly holders?: boolean;
}

export const allProtections: Protections = { fence: true, lease: true, strict: true };
