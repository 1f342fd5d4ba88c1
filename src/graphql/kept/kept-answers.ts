import { LRUCache } from 'lru-cache';
import type { Breakage, Seal, Spoilage } from '../../cache/makings.ts';
import type { Draft, Finished, OperationLabels } from '../../context/draft.ts';
import type { Keys } from './keys.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { tallyOf } from '../../metrics/tally.ts';

/**
 * Answers of queries as they went out, to be given again byte by byte to whoever asks byte by byte the same. Each stands on
 * the entries that it was made of and on nothing else: it is given up when one of them is, so that it is never older than
 * what would be read instead.
 */
export interface KeptAnswers {
  /** The caller asks its seal, and whose it is, before it is given. */
  find(keys: Keys): KeptAnswer | undefined;
  /** One that was looked for to the last, and is to be made. */
  readonly missed: () => void;
  /** Keeps what a draft came to, where that is to be kept. */
  keep(keys: Keys, draft: Draft, contentType: string): void;
  /** One that was found and given. */
  readonly given: () => void;
}

export interface KeptAnswer extends Finished {
  readonly labels: OperationLabels;
  readonly contentType: string;
  readonly seal: Seal;
}

/** Why an answer is not kept, beside what it is made of. */
export const refusals = {
  not_alike: 'it is no whole answer to a query, or not known to be the same for who asks again',
  too_large: 'it would drive out too many others',
} as const;

/** Why a kept answer was given up, beside what it is made of. */
export const evictions = { evicted: 'others were asked for of late, and there was no more room' } as const;

interface Needs {
  /** Of keys and answers together. */
  readonly maxBytes: number;
  readonly metrics: Metrics;
  /** False for proofs only: then an answer is for whoever asks the same. */
  readonly holders?: boolean;
}

/** Objects and links weigh about this much beside the texts, and so does each entry that an answer is made of: measured. */
const overheadBytes = 2_000;
const bytesPerEntry = 280;
/** So that one answer does not drive out all others. */
const largestPart = 1 / 32;

/** One byte a character, or two where there are any but the first 256; of those above the first 128 that is not looked up. */
const weightOf = (text: string): number =>
  Buffer.byteLength(text) === text.length ? text.length : 2 * text.length;

export function createKeptAnswers({ maxBytes, metrics, holders = true }: Needs): KeptAnswers {
  const answers = new LRUCache<string, KeptAnswer>({
    maxSize: maxBytes,
    maxEntrySize: Math.ceil(maxBytes * largestPart),
    sizeCalculation: ({ data, seal }, key) =>
      overheadBytes + bytesPerEntry * seal.size + weightOf(key) + weightOf(data),
    dispose({ seal }, _key, reason) {
      seal.release();
      if (reason === 'evict') dropped('evicted');
    },
  });

  function dropped(reason: Breakage | keyof typeof evictions): void {
    metrics.keptAnswersDropped.inc({ reason });
  }

  function refused(reason: Spoilage | keyof typeof refusals): void {
    metrics.answersNotKept.inc({ reason });
  }

  return {
    given: tallyOf(metrics.keptAnswers, { outcome: 'hit' }),
    missed: tallyOf(metrics.keptAnswers, { outcome: 'miss' }),

    find: ({ shared, own }) => answers.get(shared) ?? (own === undefined ? undefined : answers.get(own)),

    keep({ shared, own }, { makings, finished, labels }, contentType) {
      const holder = holders ? finished?.holder : undefined;
      const key = holder === undefined ? shared : own;
      if (finished === undefined || labels === undefined || key === undefined) {
        refused('not_alike');
        return;
      }
      const seal = makings.seal((reason) => {
        dropped(reason);
        answers.delete(key);
        metrics.keptAnswersBytes.set(answers.calculatedSize);
      });
      if (typeof seal === 'string') {
        refused(seal);
        return;
      }
      const { data, points } = finished;
      answers.set(key, { holder, data, points, labels, contentType, seal });
      if (!answers.has(key)) {
        seal.release();
        refused('too_large');
      }
      metrics.keptAnswersBytes.set(answers.calculatedSize);
    },
  };
}
