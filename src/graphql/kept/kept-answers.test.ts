import { beforeEach, describe, expect, it } from 'vitest';
import type { Breakage, Makings, Spoilage } from '../../cache/makings.ts';
import type { Draft } from '../../context/draft.ts';
import { createMetrics, type Metrics } from '../../metrics/metrics.ts';
import { totalOf } from '../../testing/prove/measures.ts';
import { createKeptAnswers, type KeptAnswers } from './kept-answers.ts';
import type { Keys } from './keys.ts';

const maxBytes = 128_000;
let metrics: Metrics;
let answers: KeptAnswers;
let released: number;
beforeEach(() => {
  metrics = createMetrics();
  answers = createKeptAnswers({ maxBytes, metrics });
  released = 0;
});

/** Of an answer of so many characters, and how to end its seal. */
function draftOf(characters: number, spoilage?: Spoilage) {
  let end: ((reason: Breakage) => void) | undefined;
  const seal = { holds: () => true, size: 1, repeat: () => undefined, release: () => void (released += 1) };
  const makings: Makings = {
    spoil: () => undefined,
    again: () => undefined,
    expect: () => undefined,
    note: () => undefined,
    seal(onBroken) {
      end = onBroken;
      return spoilage ?? seal;
    },
  };
  const draft: Draft = {
    makings,
    labels: { operation: 'Test', type: 'query' },
    finished: { holder: undefined, data: 'x'.repeat(characters), points: 1 },
  };
  return { draft, end: (reason: Breakage) => end?.(reason) };
}

const shared = (key: string): Keys => ({ shared: key, own: undefined });
const keep = (key: string, { draft }: ReturnType<typeof draftOf>) =>
  answers.keep(shared(key), draft, 'application/json');
const find = (key: string) => answers.find(shared(key));
const bytes = async () => (await metrics.keptAnswersBytes.get()).values[0]?.value ?? 0;

describe('a kept answer', () => {
  it('is found until its seal ends, which is counted by why', async () => {
    const one = draftOf(10);
    keep('one', one);
    expect(find('one')).toMatchObject({ data: 'xxxxxxxxxx', points: 1 });
    expect(await bytes()).toBeGreaterThan(10);
    one.end('invalidated');
    expect(find('one')).toBeUndefined();
    expect(await bytes()).toBe(0);
    expect(await totalOf(metrics.keptAnswersDropped, { reason: 'invalidated' })).toBe(1);
  });

  it('makes place for others, those first that nobody has asked for of late; its seal is given back', async () => {
    for (let number = 0; number < 100; number += 1) {
      keep(`answer ${number}`, draftOf(100));
      find('answer 0');
    }
    expect(find('answer 0')).toBeDefined();
    expect(find('answer 1')).toBeUndefined();
    expect(find('answer 99')).toBeDefined();
    expect(await bytes()).toBeLessThanOrEqual(maxBytes);
    expect(await totalOf(metrics.keptAnswersDropped, { reason: 'evicted' })).toBe(released);
    expect(released).toBeGreaterThan(10);
  });
});

describe('nothing is kept', () => {
  it('that would drive out too many others', async () => {
    keep('large', draftOf(maxBytes / 8));
    expect(find('large')).toBeUndefined();
    expect(released).toBe(1);
    expect(await totalOf(metrics.answersNotKept, { reason: 'too_large' })).toBe(1);
  });

  it('that cannot be sealed, or is not finished', async () => {
    keep('spoilt', draftOf(10, 'statement'));
    const { draft } = draftOf(10);
    answers.keep(shared('unfinished'), { makings: draft.makings }, 'application/json');
    expect(find('spoilt') ?? find('unfinished')).toBeUndefined();
    expect(await totalOf(metrics.answersNotKept, { reason: 'statement' })).toBe(1);
    expect(await totalOf(metrics.answersNotKept, { reason: 'not_alike' })).toBe(1);
  });
});

describe('what is one session’s own', () => {
  const holder = { userId: '1', sessionId: 'mine', role: 'USER' } as const;
  const [mine, other] = [
    { shared: 'asked', own: 'asked by me' },
    { shared: 'asked', own: 'asked by another' },
  ];
  function keepMine() {
    const { draft } = draftOf(10);
    answers.keep(mine, { ...draft, finished: { holder, data: 'mine', points: 1 } }, 'application/json');
  }

  it('is found by who asks with the same token alone', () => {
    keepMine();
    expect(answers.find(mine)).toMatchObject({ data: 'mine', holder });
    expect(answers.find(other)).toBeUndefined();
    expect(answers.find(shared('asked'))).toBeUndefined();
  });

  it('would be found by others if nobody looked whose it is: the control', () => {
    answers = createKeptAnswers({ maxBytes, metrics, holders: false });
    keepMine();
    expect(answers.find(other)).toMatchObject({ data: 'mine', holder: undefined });
  });

  it('is not kept without a token to know it by', async () => {
    const { draft } = draftOf(10);
    answers.keep(shared('asked'), { ...draft, finished: { holder, data: 'mine', points: 1 } }, 'text/plain');
    expect(find('asked')).toBeUndefined();
    expect(await totalOf(metrics.answersNotKept, { reason: 'not_alike' })).toBe(1);
  });
});
