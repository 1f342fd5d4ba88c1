import type { Makings } from '../cache/makings.ts';

/** An answer under way that may be kept, to be given again. */
export interface Draft {
  readonly makings: Makings;
  /** Under which its operation is counted. */
  labels?: OperationLabels;
  /** Set where it can be kept, as far as the operation and its outcome go. */
  finished?: Finished;
}

export interface OperationLabels {
  readonly operation: string;
  readonly type: string;
}

export interface Finished {
  /** Who may be given it: whoever asks the same, or that session alone. */
  readonly audience: 'everyone' | 'viewer';
  /** JSON of `data`. */
  readonly data: string;
  /** What the operation was estimated at. */
  readonly points: number;
}
