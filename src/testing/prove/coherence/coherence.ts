import { spreadOf } from '../measures.ts';
import { startOwnRedis } from '../own-redis.ts';
import type { Check, Proof } from '../proof.ts';
import { cutBus, type CutFindings } from './cut.ts';
import { createPair } from './gateways.ts';
import { measureLags } from './lag.ts';

type Option = 'writes' | 'changes' | 'bus-ms' | 'silent-ms';

const slowBusMs = 150;
const slowBusWrites = 20;
const hourMs = 3_600_000;
const keys = Array.from({ length: 20 }, (_, index) => `row-${index}`);

/**
 * Copies in a second gateway: how long they lag behind an acknowledged write, and that they are not used when its bus is
 * cut. The caches are real, with one real Redis between them; only the rows are in this process.
 */
export const coherence: Proof<Option> = {
  name: 'coherence',
  about: 'Copies in another gateway follow a write within 50 ms, and are bypassed when the bus is cut.',
  takes: '20 s',
  options: {
    writes: { about: 'writes whose arrival is measured', fallback: 3_000 },
    changes: { about: 'writes after a cut was noticed', fallback: 500 },
    'bus-ms': { about: 'how long copies may lag, p99.9', fallback: 50 },
    'silent-ms': { about: 'how long a cut may go unnoticed', fallback: 1_500 },
  },
  async run(context) {
    const { writes, changes, 'bus-ms': busMs, 'silent-ms': silentMs } = context.options;
    const { step, resources } = context;
    const server = await startOwnRedis(context);
    const pair = await createPair(server, resources, { keys });
    const lags = spreadOf(await measureLags(context, { pair, what: 'Writes', writes, keys }));
    await pair.busLink.setMode({ kind: 'latency', delayMs: slowBusMs });
    const slow = { pair, what: 'Control with a slow bus: writes', writes: slowBusWrites, keys };
    const slowLags = spreadOf(await measureLags(context, slow));
    await pair.busLink.setMode({ kind: 'pass' });

    const cut = await step('Bus cut', () => cutBus(pair, { keys, changes, isNoticed: true }));
    const unnoticing = await createPair(server, resources, { keys, heartbeatMs: hourMs });
    const unnoticed = await step('Control: bus cut, no heartbeats expected', () =>
      cutBus(unnoticing, { keys, changes, isNoticed: false }),
    );
    return {
      checks: [
        {
          what: 'copies lag behind an acknowledged write, p99.9',
          found: `${lags.p999} ms (p50 ${lags.p50}, p99 ${lags.p99}) of ${lags.count} writes`,
          must: `≤ ${busMs} ms`,
          holds: lags.p999 <= busMs,
          control: {
            found: `${slowLags.p999} ms with ${slowBusMs} ms on the wire`,
            fails: slowLags.p999 > busMs,
          },
        },
        ...neverOldAfterCut(cut, unnoticed, silentMs),
      ],
      figures: { lagsMs: lags, slowLagsMs: slowLags, cut, unnoticed },
    };
  },
};

function neverOldAfterCut(cut: CutFindings, unnoticed: CutFindings, silentMs: number): readonly Check[] {
  return [
    {
      what: 'after a cut of the bus, copies are bypassed',
      found: `after ${cut.bypassedAfterMs} ms (${cut.oldBefore} old answers before)`,
      must: `≤ ${silentMs} ms`,
      holds: cut.bypassedAfterMs <= silentMs,
    },
    {
      what: 'old answers from then on',
      found: `${cut.oldAfter} of ${cut.changesAfter}`,
      must: '0',
      holds: cut.oldAfter === 0,
      control: {
        found: `${unnoticed.oldAfter} of ${unnoticed.changesAfter} without the heartbeat’s check`,
        fails: unnoticed.oldAfter > 0,
      },
    },
    {
      what: 'old copies when the bus is heard again',
      found: String(cut.oldAtReturn),
      must: '0',
      holds: cut.oldAtReturn === 0,
    },
  ];
}
