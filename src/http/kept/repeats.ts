import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../clock/clock.ts';
import type { Context } from '../../context/context.ts';
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
   * Redis has to be asked.
   */
  readonly give: (kept: KeptAnswer, asker: Asker) => Given | Promise<Given>;
}

type Given = Answer | undefined;

export type Asker = Pick<Context, 'budget'> & { readonly reads: Pick<Context['reads'], 'usesCopies'> };

interface Needs {
  readonly answers: Pick<KeptAnswers, 'given'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Longer ones are rare, and would take the place of many. */
export const maxKeyCharacters = 16_384;
const jsonTypes = new Set(['application/json', 'application/json; charset=utf-8']);

/**
 * All of a request that its answer depends on, its sender apart: what is sent, byte by byte, so that nothing has to be
 * understood and nothing is taken for something else; and what form is wanted. Undefined where no answer is kept.
 */
export function keyOf(sent: string, headers: IncomingHttpHeaders): string | undefined {
  if (sent.length > maxKeyCharacters || !sent.startsWith('{')) return undefined;
  if (!jsonTypes.has(headers['content-type'] ?? '')) return undefined;
  return `${headers.accept ?? ''}\n${sent}`;
}

export function createRepeats({ answers, clock, metrics }: Needs): Repeats {
  const countAnswered = tallyOf(metrics.operations, { outcome: 'answered' });

  function give(kept: KeptAnswer, asker: Asker): Given | Promise<Given> {
    const startedAt = clock.monotonic();
    const holds = asker.reads.usesCopies() && kept.seal.holds();
    return holds instanceof Promise
      ? holds.then((isSame) => giveIf(isSame, kept, asker, startedAt))
      : giveIf(holds, kept, asker, startedAt);
  }

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

/** It has cost the point that every request costs, and of what else it might have cost nothing. */
function answerOf({ data, points, contentType }: KeptAnswer, budget: Budget): Answer {
  budget.price(points);
  const headers = [
    ['cache-control', cacheControl.everyone],
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
