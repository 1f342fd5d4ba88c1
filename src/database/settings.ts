export interface NodeSettings {
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** How often the node is sampled. */
  readonly sampleMs: number;
  /** Callers that may wait for a connection; further ones are turned away. Ten for each connection when not given. */
  readonly poolQueue?: number | undefined;
  /** The longest such wait; 500 when not given. */
  readonly poolWaitMs?: number | undefined;
}

export interface DatabaseSettings extends NodeSettings {
  /** A replica further behind than this is not read. */
  readonly maxLagMs: number;
  /** For this long after a sample the strict epoch may be read under; 300 when not given. */
  readonly strictLicenceMs?: number | undefined;
}

/** Reads that end on the primary, since no replica fits, use at most this part of its pool: writes get through. */
export const readsOnPrimary = 0.7;

/** A sample without an answer by then makes the node suspect: frozen, or behind a network that swallows. */
export const suspectAfterMs = ({ sampleMs }: NodeSettings): number => Math.max(3 * sampleMs, 250);
