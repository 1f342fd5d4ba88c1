import type { Data } from '../../datasources/index.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Deadline } from '../clock/deadline.ts';
import type { Budget } from '../limits/rate/budget.ts';
import type { Store } from '../store/store.ts';
import type { Draft } from './draft.ts';

/** What every resolver and rule of one request gets. */
export interface Context {
  /** In the answer's `x-request-id` header, in its errors and in the log. */
  readonly requestId: string;
  readonly viewer: Viewer;
  /**
   * Users whose password this very request has given. Their private fields may be read in its answer, though it came
   * without their token; it may not act for them.
   */
  readonly provenUserIds: Set<string>;
  readonly data: Data;
  readonly deadline: Deadline;
  /** What this request costs its asker. */
  readonly budget: Budget;
  /** For answers that are kept. */
  readonly reads: Pick<Store, 'usesCopies' | 'noteIn'>;
  /** Of an answer that may be kept. */
  readonly draft?: Draft;
  /**
   * For the answer: the token of what this request has written, also kept for its session; undefined where it wrote
   * nothing. Never rejects.
   */
  readonly consistencyToken: () => Promise<string | undefined>;
}
