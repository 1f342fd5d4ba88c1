import { seededRandom, type Random } from '../../../clock/random.ts';
import { postQuery, type AnswerError } from '../../gateway.ts';
import { pause } from '../stage.ts';
import type { LoadOptions, Order, Sample } from './load.ts';
import { mixOf, type Ask } from './mix.ts';

/** The process behind `startLoad`. */
let mixes: ReturnType<typeof mixOf> | undefined;
let asks: readonly Ask[] = [];
let isOver = false;

process.on('message', (order: Order) => {
  switch (order.kind) {
    case 'start':
      void run(order.options);
      break;
    case 'ask':
      asks = mixes?.[order.mix] ?? [];
      break;
    case 'stop':
      isOver = true;
      break;
  }
});
// Where the other side is gone, too.
process.on('disconnect', () => process.exit());

async function run({ urls, subject, pauseMs, seed }: LoadOptions): Promise<void> {
  mixes = mixOf(subject);
  asks = mixes.all;
  await Promise.all(urls.map((url, index) => runClient(url, pauseMs, seededRandom(seed + index))));
  process.disconnect();
}

async function runClient(url: string, pauseMs: number, random: Random): Promise<void> {
  while (!isOver) {
    const ask = asks[Math.floor(random() * asks.length)];
    if (ask === undefined) throw new Error('nothing to ask');
    const startedAt = performance.now();
    const fault = await tryOnce(url, ask, random);
    const ms = performance.now() - startedAt;
    process.send?.({ startedAt: performance.timeOrigin + startedAt, ms, fault } satisfies Sample);
    await pause(pauseMs);
  }
}

async function tryOnce(url: string, ask: Ask, random: Random): Promise<string | undefined> {
  try {
    const { data, errors } = await postQuery(url, ask.document, {
      token: ask.token,
      variables: ask.variables?.(random) ?? {},
    });
    if (errors.length > 0) return `${ask.name}: ${codesOf(errors)}`;
    return data != null && ask.isRight(data as never) ? undefined : `${ask.name}: ${JSON.stringify(data)}`;
  } catch (error) {
    return `${ask.name}: ${String(error)}`;
  }
}

const codesOf = (errors: readonly AnswerError[]) =>
  errors.map(({ extensions }) => extensions.code).join(', ');
