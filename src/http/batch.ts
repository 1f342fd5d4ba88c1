import { joinTokens } from '../context/consistency-token.ts';

/** To one operation, or to all of an array. */
export interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: string;
  /** How far a later request must read to see what was written. */
  readonly token: string | undefined;
}

/**
 * The answer to an array, in its order. Each operation tells of its own errors, so that the status is 200 unless all have
 * the same one; of headers that several set, the last one's count. What may be kept is said of one operation, and so of no
 * array: beside what is for everyone there may be what is not.
 */
export function joinAnswers(answers: readonly Answer[]): Answer {
  const [status = 200, ...others] = new Set(answers.map((answer) => answer.status));
  return {
    status: others.length === 0 ? status : 200,
    headers: new Map(
      answers.flatMap(({ headers }) => [...headers]).filter(([name]) => name !== 'cache-control'),
    ),
    body: `[${answers.map(({ body }) => body.trim()).join(',')}]`,
    token: joinTokens(answers.flatMap(({ token }) => token ?? [])),
  };
}

/** Of promises that have all ended; throws what the first of them failed with. */
export function valuesOf<Value>(settled: readonly PromiseSettledResult<Value>[]): readonly Value[] {
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}
