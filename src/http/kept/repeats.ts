import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../clock/clock.ts';
import type { Context } from '../../context/context.ts';
import { cacheControl } from '../../graphql/audience-plugin.ts';
import type { KeptAnswer, KeptAnswers } from '../../graphql/kept/kept-answers.ts';
import type { Budget } from '../../limits/rate/budget.ts';
import { headersOf } from '../../limits/rate/headers.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { tallyOf } from '../../metrics/tally.ts';
import type { Answer } from '../batch.ts';

/** Gives kept answers again, to requests that were let in as all others are. */
export interface Repeats {
  /** What is kept for this very request; undefined too where it may not be given to this client, or holds no longer. */
  find(key: string, context: Context): Promise<Answer | undefined>;
}

interface Needs {
  readonly answers: KeptAnswers;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Longer ones are rare, and would take the place of many. */
const maxKeyCharacters = 16_384;
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
  const missed = tallyOf(metrics.keptAnswers, { outcome: 'miss' });

  async function find(key: string, context: Context): Promise<Answer | undefined> {
    const startedAt = clock.monotonic();
    const kept = answers.find(key);
    if (kept === undefined) missed();
    if (kept === undefined || !(await mayBeGiven(kept, context))) return undefined;
    kept.seal.repeat();
    answers.given();
    metrics.operationSeconds.observe(kept.labels, (clock.monotonic() - startedAt) / 1_000);
    return answerOf(kept, context.budget.next());
  }

  async function mayBeGiven({ seal }: KeptAnswer, { reads }: Context): Promise<boolean> {
    if (reads.usesCopies() && (await seal.holds())) return true;
    metrics.keptAnswers.inc({ outcome: 'not_given' });
    return false;
  }

  /** It has cost the point that every request costs, and of what else it might have cost nothing. */
  function answerOf({ data, points, contentType }: KeptAnswer, budget: Budget): Answer {
    budget.price(points);
    metrics.operationCost.observe({ outcome: 'repeated' }, points);
    const standing = budget.standing();
    const costHeaders = standing === undefined ? {} : headersOf(standing, points);
    return {
      status: 200,
      headers: Object.entries({
        'cache-control': cacheControl.everyone,
        'content-type': contentType,
        ...costHeaders,
      }),
      body: `{"data":${data}${extensionsOf(budget)}}\n`,
      token: undefined,
    };
  }

  return { find };
}

/** As of an answer that was made and has needed no more than its point. */
function extensionsOf(budget: Budget): string {
  const standing = budget.standing();
  if (standing === undefined) return '';
  const { limit, remaining, resetAt } = standing;
  const cost = { requested: budget.cost(), actual: budget.taken(), limit, remaining, resetAt };
  return `,"extensions":${JSON.stringify({ cost })}`;
}
