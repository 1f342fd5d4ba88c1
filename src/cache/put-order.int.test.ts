import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { decodeEntry } from './entry.ts';
import { createEntryScripts, tokenOf } from './testing/entry-scripts.ts';
import { createGateway, uniqueApp, type Gateway } from './testing/gateway.ts';

const app = uniqueApp();
let gateway: Gateway;
let count = 0;
beforeAll(async () => (gateway = await createGateway({ url: inject('redisUrl'), app })));
afterAll(() => gateway.close());
const { get, run, lease, fill, invalidate, put } = createEntryScripts(() => gateway.redis);

/** How the cache learns of one commit. */
type Writer = 'put' | 'invalidate' | 'psql';

/**
 * One row through `writers.length` commits, the k-th of which makes version k at position 10 k, while it is locked from
 * 10 k - 5 on. What follows from a commit is a step of its own, and the steps run in any order that can be: a writer samples
 * its lsn when it answers, which may be after others have committed; the follower of the log tells of commits in their order.
 */
interface Step {
  readonly kind: 'commit' | 'answer' | 'follow' | 'evict' | 'lease' | 'snapshot' | 'fill' | 'read';
  /** Which of the writers that have committed and not answered, the oldest being 0. */
  readonly which?: number;
  /** A snapshot's commits behind the primary, on a replica that is not before the fence; else on the primary. */
  readonly behind?: number;
}

const stepOf = (kind: Step['kind']) => fc.constant<Step>({ kind });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: stepOf('commit') },
  { weight: 3, arbitrary: fc.nat(2).map((which): Step => ({ kind: 'answer', which })) },
  { weight: 3, arbitrary: stepOf('follow') },
  { weight: 1, arbitrary: stepOf('evict') },
  { weight: 2, arbitrary: stepOf('lease') },
  { weight: 1, arbitrary: stepOf('snapshot') },
  { weight: 2, arbitrary: fc.nat(2).map((behind): Step => ({ kind: 'snapshot', behind })) },
  { weight: 2, arbitrary: stepOf('fill') },
  // The three of a read at once.
  { weight: 4, arbitrary: stepOf('read') },
);
const writer = fc.constantFrom<Writer>('put', 'put', 'invalidate', 'psql');

interface Faults {
  /** Versions are not told to the scripts: PUT then stores whatever comes last. */
  readonly withoutVersions?: boolean;
  /** Values that are put are labelled with the lsn sampled after the commit. */
  readonly labelledAfterwards?: boolean;
}

/** Resolves to the versions of values in Redis that were older than what had been acknowledged. */
async function oldValues(
  writers: readonly Writer[],
  steps: readonly Step[],
  faults: Faults,
): Promise<readonly number[]> {
  const key = `${app}:${count++}`;
  const reader = tokenOf(1);
  const unanswered: number[] = [];
  const old: number[] = [];
  let committed = 0;
  let followed = 0;
  let acknowledged = 0;
  let caughtUp = 0;
  let fence: number | undefined;
  let read: { readonly version: number; readonly label: number } | undefined;

  async function answer(version: number): Promise<void> {
    const lsn = 10 * committed + 1;
    if (writers[version - 1] === 'put') {
      const before = faults.labelledAfterwards === true ? lsn : 10 * version - 5;
      const row = faults.withoutVersions === true ? 0xf00 + count++ : version;
      await put(key, { lsn, before, row, nonce: tokenOf(10 + version), text: String(version) });
    } else {
      await invalidate(key, lsn);
    }
    acknowledged = Math.max(acknowledged, version);
  }
  async function follow(version: number): Promise<void> {
    const row = writers[version - 1] === 'put' ? version : 0;
    await invalidate(key, 10 * version, {
      conditional: true,
      row: faults.withoutVersions === true ? 0 : row,
    });
    // Nobody answers for somebody in psql: his write counts once the log has told of it.
    if (writers[version - 1] === 'psql') acknowledged = Math.max(acknowledged, version);
  }
  const acts: Readonly<Record<Step['kind'], (step: Step) => unknown>> = {
    commit() {
      if (committed === writers.length) return;
      committed += 1;
      if (writers[committed - 1] !== 'psql') unanswered.push(committed);
    },
    async answer({ which = 0 }) {
      for (const version of unanswered.splice(which, 1)) await answer(version);
    },
    async follow() {
      if (followed < committed) await follow(++followed);
    },
    // What is evicted has not been used for longer than a replica lags: with it goes the fence.
    async evict() {
      if (String(await get(key)).startsWith('V')) await run('del', key);
      caughtUp = 10 * committed;
    },
    async lease() {
      const reply = await lease(key, reader);
      if (!Array.isArray(reply) || reply[0] !== 'L') return;
      fence = Number.parseInt(String(reply[1]), 16);
      read = undefined;
    },
    snapshot({ behind }) {
      if (fence === undefined) return;
      const replayed = Math.max(caughtUp, 10 * (committed - (behind ?? 0)));
      const isReplica = behind !== undefined && replayed >= fence;
      read = isReplica ? { version: replayed / 10, label: replayed } : { version: committed, label: fence };
    },
    async fill() {
      if (read === undefined) return;
      await fill(key, reader, read.label, read.version, String(read.version));
      [fence, read] = [undefined, undefined];
    },
    async read() {
      for (const kind of ['lease', 'snapshot', 'fill'] as const) await acts[kind]({ kind });
    },
  };

  for (const next of steps) {
    await acts[next.kind](next);
    const entry = decodeEntry(String(await get(key)));
    if (entry.kind !== 'value') continue;
    const version = Number(entry.payload.text);
    if (version < acknowledged) old.push(version);
  }
  return old;
}

const schedule = fc.tuple(
  fc.array(writer, { minLength: 2, maxLength: 5 }),
  fc.array(step, { minLength: 8, maxLength: 40 }),
);
const search = (faults: Faults, numRuns: number) =>
  fc.check(
    fc.asyncProperty(schedule, async ([writers, steps]) => {
      expect(await oldValues(writers, steps, faults)).toEqual([]);
    }),
    { numRuns, seed: 20_263, endOnFailure: true },
  );

it('no order of writers, readers, evictions and the log leaves a value older than what was acknowledged', async () => {
  const { failed, counterexample } = await search({}, 300);
  expect({ failed, counterexample }).toEqual({ failed: false, counterexample: null });
}, 60_000);

it('some do where versions are not compared: the control', async () => {
  expect((await search({ withoutVersions: true }, 1_000)).failed).toBe(true);
});

describe('a label', () => {
  // 1. A writer commits. 2. Somebody in psql commits. 3. The writer samples its lsn. 4. The log tells of both.
  const kinds = ['read', 'commit', 'commit', 'answer', 'follow', 'follow'] as const;
  const steps = kinds.map((kind): Step => (kind === 'answer' ? { kind, which: 0 } : { kind }));

  it('from before the commit lets the log take away what a later commit has made old', async () => {
    expect(await oldValues(['put', 'psql'], steps, {})).toEqual([]);
  });

  it('from after the commit does not: the control', async () => {
    expect(await oldValues(['put', 'psql'], steps, { labelledAfterwards: true })).toEqual([1]);
  });
});
