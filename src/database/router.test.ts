import { expect, it } from 'vitest';
import type { Lsn } from '../clock/lsn.ts';
import { seededRandom } from '../clock/random.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { DatabaseNode } from './node.ts';
import { createRoles } from './roles.ts';
import { createRouter } from './router.ts';
import type { Sample } from './sampler.ts';

const maxLagMs = 5_000;
const at = (position: number) => position.toString(16).padStart(16, '0') as Lsn;

interface State {
  position: Lsn;
  up: boolean;
  suspect: boolean;
  cost: number;
  /** Undefined on a standby. */
  timeline: string | undefined;
}

/** Nodes whose state a test sets; only what router and roles look at. */
function createNodes(...replicaNames: readonly string[]) {
  const states = new Map<string, State>(
    ['primary', ...replicaNames].map((name) => [
      name,
      {
        position: at(100),
        up: true,
        suspect: false,
        cost: 1,
        timeline: name === 'primary' ? '00000001' : undefined,
      },
    ]),
  );
  const nodes = [...states].map(([name, state]) => {
    const node: Partial<DatabaseNode> = {
      name,
      position: () => state.position,
      isUp: () => state.up,
      isSuspect: () => state.suspect,
      cost: () => state.cost,
      sample: () => Promise.resolve(),
      freshSample: () => Promise.resolve(),
      seen: () => ({
        startedAt: 0,
        position: state.position,
        isStandby: state.timeline === undefined,
        timeline: state.timeline,
        epochs: undefined,
        isPromoted: false,
      }),
    };
    return node as DatabaseNode;
  });
  const clock = createFakeClock();
  const metrics = createMetrics();
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  const all = nodes as [DatabaseNode, ...DatabaseNode[]];
  const roles = createRoles({ nodes: all, metrics, log });
  const samples: Sample[] = [];
  const router = createRouter({
    ...{ nodes, roles, clock, metrics, maxLagMs },
    random: seededRandom(1),
    sampleMs: 50,
    refreshMs: 250,
    onPrimarySample: (sample) => void samples.push(sample),
  });
  const set = (name: string, change: Partial<State>) => Object.assign(states.get(name) ?? {}, change);
  const choose = (need: Parameters<typeof router.choose>[0], tried: readonly string[] = []) =>
    router.choose(need, new Set(nodes.filter(({ name }) => tried.includes(name)))).name;
  const chosen = (count: number) => new Set(Array.from({ length: count }, () => choose({ atLeast: at(0) })));
  const roleOf = (name: string) => roles.of(nodes.find((node) => node.name === name) ?? all[0]);
  return { router, roles, roleOf, clock, set, choose, chosen, lines, samples };
}

it('asks the cheaper of two replicas', () => {
  const { set, chosen } = createNodes('replica-1', 'replica-2');
  set('replica-1', { cost: 2 });
  expect([...chosen(20)]).toEqual(['replica-2']);
});

it('spreads reads over all replicas but the dearest', () => {
  const { set, chosen } = createNodes('replica-1', 'replica-2', 'replica-3');
  set('replica-3', { cost: 2 });
  expect([...chosen(50)].toSorted()).toEqual(['replica-1', 'replica-2']);
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

it('asks a silent node only when no other will do', () => {
  const { set, choose, chosen } = createNodes('replica-1', 'replica-2');
  set('replica-1', { suspect: true });
  expect([...chosen(20)]).toEqual(['replica-2']);
  set('replica-2', { suspect: true });
  expect([...chosen(20)]).toEqual(['primary']);
  set('primary', { suspect: true });
  expect(choose({ atLeast: at(0) })).toMatch('replica');
  expect(choose({ atLeast: at(0) }, ['replica-1', 'replica-2'])).toBe('primary');
});

it('keeps to the primary where only it will do, and leaves it where it was merely preferred', () => {
  const { set, choose } = createNodes('replica-1');
  expect(choose({ atLeast: at(0), primary: 'only' })).toBe('primary');
  expect(choose({ atLeast: at(0), primary: 'preferred' })).toBe('primary');
  for (const fault of [{ up: false }, { suspect: true }]) {
    set('primary', { up: true, suspect: false, ...fault });
    expect(choose({ atLeast: at(0), primary: 'only' })).toBe('primary');
    expect(choose({ atLeast: at(0), primary: 'preferred' })).toBe('replica-1');
    expect(choose({ atLeast: at(101), primary: 'preferred' })).toBe('primary');
  }
});

it('keeps the last primary while none claims to be', async () => {
  const { router, roles, set } = createNodes('replica-1');
  await router.sample();
  set('primary', { up: false });
  await router.sample();
  expect([roles.primary().name, roles.isPrimaryUp()]).toEqual(['primary', false]);
});

it('follows a promotion, and measures replicas by the new primary from then on', async () => {
  const { router, roles, clock, set, choose } = createNodes('replica-1', 'replica-2');
  set('primary', { position: at(900) });
  await router.sample();
  expect(choose({ atLeast: at(0) })).toBe('primary');
  set('primary', { up: false });
  set('replica-1', { timeline: '00000002' });
  await clock.advance(50);
  await router.sample();
  expect(roles.primary().name).toBe('replica-1');
  expect(choose({ atLeast: at(0) })).toBe('replica-2');
});

it('refuses an old primary that comes back, even while the new one is away', async () => {
  const { router, roles, roleOf, choose, set, lines } = createNodes('replica-1');
  await router.sample();
  set('replica-1', { timeline: '00000002' });
  await router.sample();
  expect([roles.primary().name, roleOf('primary')]).toEqual(['replica-1', 'refused']);
  set('replica-1', { up: false });
  await router.sample();
  expect([roles.primary().name, roleOf('primary')]).toEqual(['replica-1', 'refused']);
  expect(choose({ atLeast: at(0) })).toBe('replica-1');
  expect(lines.filter((line) => line.includes('refused'))).toHaveLength(1);
});

it('would take it back on the same timeline: nothing but the timeline tells them apart', async () => {
  const { router, roles, set } = createNodes('replica-1');
  await router.sample();
  set('primary', { up: false });
  set('replica-1', { timeline: '00000001' });
  await router.sample();
  set('primary', { up: true });
  set('replica-1', { up: false });
  await router.sample();
  expect(roles.primary().name).toBe('primary');
});

it('does not take for the primary what has come back as a standby', async () => {
  const { router, roles, set, samples } = createNodes('replica-1');
  await router.sample();
  const before = samples.length;
  set('primary', { timeline: undefined });
  await router.sample();
  expect(roles.isPrimaryUp()).toBe(false);
  expect(samples).toHaveLength(before);
});
