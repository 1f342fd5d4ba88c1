import { describe, expect, it } from 'vitest';
import { createLog } from '../log/log.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { startWarmUp, type WarmUpStep } from './warm-up.ts';

const keys = Array.from({ length: 340 }, (_, index) => String(index));
const settled = () => new Promise((resolve) => setImmediate(resolve));

function open(steps: readonly WarmUpStep[], { budgetMs = 10_000, ready = () => Promise.resolve() } = {}) {
  const clock = createFakeClock();
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  return { clock, lines, warmUp: startWarmUp({ steps, clock, log, budgetMs, ready }) };
}

/** A step whose batches end when they are let. */
function stepByHand(name: string, of = keys) {
  const waiting: (() => void)[] = [];
  const begun: number[] = [];
  const step: WarmUpStep = {
    name,
    keys: () => Promise.resolve(of),
    load(batch) {
      begun.push(batch.length);
      return new Promise<void>((resolve) => void waiting.push(resolve));
    },
  };
  const letOne = async () => {
    waiting.shift()?.();
    await settled();
  };
  return { step, begun, letOne };
}

describe('a warm-up', () => {
  it('loads every key once, in batches of 100, two at a time, and one step behind the other', async () => {
    const [first, second] = [stepByHand('first'), stepByHand('second', ['a'])];
    const { warmUp, lines } = open([first.step, second.step]);
    await settled();
    expect(first.begun).toEqual([100, 100]);
    await first.letOne();
    expect(first.begun).toEqual([100, 100, 100]);
    for (let n = 0; n < 3; n += 1) await first.letOne();
    expect([first.begun, second.begun]).toEqual([[100, 100, 100, 40], [1]]);
    await second.letOne();
    await warmUp.idle();
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { step: 'first', loaded: 340, of: 340, msg: 'warmed up' },
      { step: 'second', loaded: 1, of: 1 },
    ]);
  });

  it('waits for what it needs', async () => {
    const { step, begun } = stepByHand('first');
    let open_: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (open_ = resolve));
    const { warmUp } = open([step], { ready: () => ready });
    await settled();
    expect(begun).toEqual([]);
    open_();
    await settled();
    expect(begun).toEqual([100, 100]);
    void warmUp.close();
  });

  it('begins no batch when its time is over', async () => {
    const [first, second] = [stepByHand('first'), stepByHand('second')];
    const { warmUp, clock, lines } = open([first.step, second.step], { budgetMs: 1_000 });
    await settled();
    await clock.advance(1_000);
    for (let n = 0; n < 2; n += 1) await first.letOne();
    await warmUp.idle();
    expect([first.begun, second.begun]).toEqual([[100, 100], []]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"loaded":200,"of":340');
  });

  it('does nothing at all where it has no time', async () => {
    const { step, begun } = stepByHand('first');
    await open([step], { budgetMs: 0 }).warmUp.idle();
    expect(begun).toEqual([]);
  });

  it('begins anew when it is asked to, and leaves what was under way', async () => {
    const [first, second] = [stepByHand('first'), stepByHand('second', ['a'])];
    const { warmUp } = open([first.step, second.step]);
    await settled();
    warmUp.again('flushed');
    warmUp.again('flushed once more');
    await first.letOne();
    expect(first.begun).toEqual([100, 100]);
    await first.letOne();
    expect([first.begun, second.begun]).toEqual([[100, 100, 100, 100], []]);
    for (let n = 0; n < 4; n += 1) await first.letOne();
    await second.letOne();
    await warmUp.idle();
    expect([first.begun.slice(2), second.begun]).toEqual([[100, 100, 100, 40], [1]]);
  });

  it('has its whole time again, and waits again for what it needs', async () => {
    const { step, begun, letOne } = stepByHand('first');
    let asked = 0;
    const ready = () => Promise.resolve((asked += 1)).then(() => undefined);
    const { warmUp, clock } = open([step], { budgetMs: 1_000, ready });
    await settled();
    await clock.advance(1_000);
    for (let n = 0; n < 2; n += 1) await letOne();
    await warmUp.idle();
    expect([begun, asked]).toEqual([[100, 100], 1]);
    warmUp.again('flushed');
    await settled();
    expect([begun, asked]).toEqual([[100, 100, 100, 100], 2]);
    void warmUp.close();
  });

  it('that is closed, or has no time, does not begin anew', async () => {
    const [closed, timeless] = [stepByHand('closed', ['a']), stepByHand('timeless')];
    const { warmUp } = open([closed.step]);
    await settled();
    await closed.letOne();
    await warmUp.close();
    warmUp.again('flushed');
    await settled();
    const { warmUp: never } = open([timeless.step], { budgetMs: 0 });
    never.again('flushed');
    await settled();
    expect([closed.begun, timeless.begun]).toEqual([[1], []]);
  });

  it('loads what is dear one by one, where a step says so', async () => {
    const { step, begun, letOne } = stepByHand('dear', ['a', 'b', 'c']);
    const { warmUp } = open([{ ...step, oneByOne: true }]);
    await settled();
    expect(begun).toEqual([1]);
    for (let n = 0; n < 3; n += 1) await letOne();
    await warmUp.idle();
    expect(begun).toEqual([1, 1, 1]);
  });

  it('that is closed waits for what is under way, and begins nothing more', async () => {
    const { step, begun, letOne } = stepByHand('first');
    const { warmUp } = open([step]);
    await settled();
    let isClosed = false;
    const closing = warmUp.close().then(() => (isClosed = true));
    await letOne();
    expect(isClosed).toBe(false);
    await letOne();
    await closing;
    expect(begun).toEqual([100, 100]);
  });

  it('goes on with the next step when one fails, and says so', async () => {
    const failing: WarmUpStep = {
      name: 'failing',
      keys: () => Promise.resolve(keys),
      load: () => Promise.reject(new Error('no database')),
    };
    const lost: WarmUpStep = {
      name: 'lost',
      keys: () => Promise.reject(new Error('no Redis')),
      load: () => Promise.resolve(),
    };
    const good = stepByHand('good', ['a']);
    const { warmUp, lines } = open([failing, lost, good.step]);
    await settled();
    await good.letOne();
    await warmUp.idle();
    const told = lines.map((line) => JSON.parse(line) as { step: string; msg: string });
    expect(told.filter(({ msg }) => msg.includes('failed')).map(({ step }) => step)).toEqual([
      'failing',
      'lost',
    ]);
    expect(good.begun).toEqual([1]);
  });
});
