import { expect, it } from 'vitest';
import type { Lsn } from '../clock/lsn.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { DatabaseNode } from './node.ts';
import { createRouter } from './router.ts';

const maxLagMs = 5_000;
const at = (position: number) => position.toString(16).padStart(16, '0') as Lsn;

/** Nodes whose state a test sets; only what the router looks at. */
function createNodes(...replicaNames: readonly string[]) {
  const states = new Map(
    ['primary', ...replicaNames].map((name) => [name, { position: at(100), up: true, inFlight: 0 }] as const),
  );
  const nodes = [...states].map(
    ([name, state]) =>
      ({
        name,
        position: () => state.position,
        isUp: () => state.up,
        inFlight: () => state.inFlight,
        sample: () => Promise.resolve(),
      }) as DatabaseNode,
  );
  const clock = createFakeClock();
  const [primary, ...replicas] = nodes as [DatabaseNode, ...DatabaseNode[]];
  const router = createRouter({ primary, replicas, clock, metrics: createMetrics(), maxLagMs });
  const set = (name: string, change: Partial<{ position: Lsn; up: boolean; inFlight: number }>) =>
    Object.assign(states.get(name) ?? {}, change);
  const choose = (need: Parameters<typeof router.choose>[0], tried: readonly string[] = []) =>
    router.choose(need, new Set(nodes.filter(({ name }) => tried.includes(name)))).name;
  return { router, clock, set, choose };
}

it('asks a replica, the one with the fewest statements under way', () => {
  const { set, choose } = createNodes('replica-1', 'replica-2');
  set('replica-1', { inFlight: 2 });
  expect(choose({ atLeast: at(0) })).toBe('replica-2');
});

it('does not ask a replica that has not replayed what the read must see', () => {
  const { choose, set } = createNodes('replica-1', 'replica-2');
  set('replica-2', { position: at(200) });
  expect(choose({ atLeast: at(150) })).toBe('replica-2');
  expect(choose({ atLeast: at(201) })).toBe('primary');
});

it('does not ask a replica that lies further behind than allowed', async () => {
  const { router, clock, set, choose } = createNodes('replica-1');
  await router.sample();
  set('primary', { position: at(300) });
  await router.sample();
  await clock.advance(maxLagMs - 1);
  await router.sample();
  expect(choose({ atLeast: at(0) })).toBe('replica-1');
  await clock.advance(1);
  await router.sample();
  expect(choose({ atLeast: at(0) })).toBe('primary');
});

it('does not ask a lagging replica just because this gateway has only now started', async () => {
  const { router, set, choose } = createNodes('replica-1');
  set('primary', { position: at(5_000) });
  await router.sample();
  expect(choose({ atLeast: at(0) })).toBe('primary');
});

it('passes over a node that is down or has failed this read', () => {
  const { set, choose } = createNodes('replica-1', 'replica-2');
  expect(choose({ atLeast: at(0) }, ['replica-1'])).toBe('replica-2');
  set('replica-2', { up: false });
  expect(choose({ atLeast: at(0) }, ['replica-1'])).toBe('primary');
});

it('keeps to the primary where only it will do, and leaves it where it was merely preferred', () => {
  const { set, choose } = createNodes('replica-1');
  expect(choose({ atLeast: at(0), primary: 'only' })).toBe('primary');
  expect(choose({ atLeast: at(0), primary: 'preferred' })).toBe('primary');
  set('primary', { up: false });
  expect(choose({ atLeast: at(0), primary: 'only' })).toBe('primary');
  expect(choose({ atLeast: at(0), primary: 'preferred' })).toBe('replica-1');
  expect(choose({ atLeast: at(101), primary: 'preferred' })).toBe('primary');
});
