import type { Viewer } from '../../auth/viewer.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Context } from '../../context/context.ts';
import type { Holder } from '../../context/draft.ts';
import { cacheControl } from '../../graphql/audience-plugin.ts';
import type { KeptAnswer, KeptAnswers } from '../../graphql/kept/kept-answers.ts';
import type { Budget } from '../../limits/rate/budget.ts';
import { headersOf, shownCost } from '../../limits/rate/headers.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { tallyOf } from '../../metrics/tally.ts';
import type { Answer } from '../batch.ts';

/** Gives kept answers again, to requests that were let in as all others are. */
export interface Repeats {
  /**
   * Undefined where the answer may not be given to this client, or is no longer as it would be made. A promise only where
   * Redis has to be asked, which may have begun while the asker was looked for: then it is told what its seal says.
   */
  readonly give: (
    kept: KeptAnswer,
    asker: Asker,
    asked?: ReturnType<KeptAnswer['seal']['holds']>,
  ) => Given | Promise<Given>;
}

type Given = Answer | undefined;

export type Asker = Pick<Context, 'budget' | 'viewer'> & {
  readonly reads: Pick<Context['reads'], 'usesCopies'>;
};

interface Needs {
  readonly answers: Pick<KeptAnswers, 'given'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export function createRepeats({ answers, clock, metrics }: Needs): Repeats {
  const countAnswered = tallyOf(metrics.operations, { outcome: 'answered' });

  const give: Repeats['give'] = (kept, asker, asked) => {
    const startedAt = clock.monotonic();
    const holds =
      isFor(kept.holder, asker.viewer) && asker.reads.usesCopies() && (asked ?? kept.seal.holds());
    return holds instanceof Promise
      ? holds.then((isSame) => giveIf(isSame, kept, asker, startedAt))
      : giveIf(holds, kept, asker, startedAt);
  };

  function giveIf(holds: boolean, kept: KeptAnswer, { budget }: Asker, startedAt: number): Given {
    if (!holds) {
      metrics.keptAnswers.inc({ outcome: 'not_given' });
      return undefined;
    }
    kept.seal.repeat();
    answers.given();
    countAnswered();
    metrics.operationSeconds.observe(kept.labels, (clock.monotonic() - startedAt) / 1_000);
    return answerOf(kept, budget.next());
  }

  return { give };
}

/** Keys differ by token already; this does not rely on it, and a session may have another role than it had. */
function isFor(holder: Holder | undefined, viewer: Viewer): boolean {
  if (holder === undefined) return true;
  const { userId, sessionId, role } = holder;
  if (viewer.kind === 'anonymous') return false;
  return viewer.userId === userId && viewer.sessionId === sessionId && viewer.role === role;
}

/** It has cost the point that every request costs, and of what else it might have cost nothing. */
function answerOf({ holder, data, points, contentType }: KeptAnswer, budget: Budget): Answer {
  budget.price(points);
  const headers = [
    ['cache-control', cacheControl[holder === undefined ? 'everyone' : 'viewer']],
    ['content-type', contentType],
  ] as const;
  const standing = budget.standing();
  if (standing === undefined) return { headers, body: `{"data":${data}}\n`, ...whole };
  return {
    headers: [...headers, ...Object.entries(headersOf(standing, points))],
    body: `{"data":${data},"extensions":${JSON.stringify({ cost: shownCost(budget, standing) })}}\n`,
    ...whole,
  };
}

const whole = { status: 200, token: undefined } as const;
