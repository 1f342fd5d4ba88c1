import type { SignedIn } from '../auth/viewer.ts';
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

/** A session as it was; in another role it is answered anew. */
export type Holder = Pick<SignedIn, 'userId' | 'sessionId' | 'role'>;

export interface Finished {
  /** Who alone may be given it; undefined where it is for whoever asks the same. */
  readonly holder: Holder | undefined;
  /** JSON of `data`. */
  readonly data: string;
  /** What the operation was estimated at. */
  readonly points: number;
}
