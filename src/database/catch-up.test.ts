import { expect, it } from 'vitest';
import type { Lsn } from '../clock/lsn.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { catchUpMs, createCatchUp } from './catch-up.ts';
import type { DatabaseNode } from './node.ts';

const sampleMs = 50;
const at = (position: number) => position.toString(16).padStart(16, '0') as Lsn;

/** Replicas that take `lookMs` to tell their position. */
function create(lookMs = 1) {
  const clock = createFakeClock();
  const looks: string[] = [];
  const catchUp = createCatchUp({
    clock,
    sampleMs,
    async look({ name }) {
      looks.push(name);
      await clock.sleep(lookMs);
    },
  });
  const replica = (name: string, position: number) => {
    const state = { position: at(position) };
    const node: Partial<DatabaseNode> = { name, position: () => state.position };
    return { node: node as DatabaseNode, moveTo: (to: number) => (state.position = at(to)) };
  };
  /** How long a read waited, in ms. */
  async function waited(nodes: readonly DatabaseNode[], atLeast: Lsn): Promise<number> {
    const startedAt = clock.monotonic();
    let endedAt: number | undefined;
    const done = catchUp(nodes, atLeast).then(() => (endedAt = clock.monotonic()));
    await clock.advance(0);
    while (endedAt === undefined) await clock.advance(1);
    await done;
    return endedAt - startedAt;
  }
  return { clock, looks, catchUp, replica, waited };
}

it('waits until one of the replicas is seen to have come far enough', async () => {
  const { looks, replica, waited } = create();
  const [near, far] = [replica('near', 10), replica('far', 0)];
  near.moveTo(20);
  expect(await waited([near.node, far.node], at(20))).toBe(1);
  expect(looks).toEqual(['near', 'far']);
});

it('leaves one that is behind alone, for longer each time, and not for longer than a sample takes to come', async () => {
  const { clock, looks, replica, waited } = create();
  const { node } = replica('behind', 10);
  for (const pauseMs of [1, 2, 4, 8, 16, 32, sampleMs, sampleMs]) {
    const before = looks.length;
    expect(await waited([node], at(20))).toBe(1);
    await clock.advance(pauseMs - 1);
    expect(await waited([node], at(20))).toBe(0);
    expect(looks).toHaveLength(before + 1);
    await clock.advance(1);
  }
});

it('has hope again once it has caught up', async () => {
  const { clock, looks, replica, waited } = create();
  const { node, moveTo } = replica('replica', 10);
  for (const pauseMs of [1, 2, 4]) {
    await waited([node], at(20));
    await clock.advance(pauseMs);
  }
  moveTo(20);
  await waited([node], at(20));
  await waited([node], at(21));
  await clock.advance(1);
  await waited([node], at(21));
  expect(looks).toHaveLength(6);
});

it('lengthens the pause once for all who waited for the same look', async () => {
  const { clock, looks, catchUp, replica } = create();
  const { node } = replica('behind', 10);
  const all = Promise.all(Array.from({ length: 10 }, () => catchUp([node], at(20))));
  await clock.advance(1);
  await all;
  const before = looks.length;
  await clock.advance(1);
  const next = catchUp([node], at(20));
  await clock.advance(1);
  await next;
  expect(looks).toHaveLength(before + 1);
});

it(`waits ${catchUpMs} ms at most for a server that does not answer, and then not again at once`, async () => {
  const { looks, replica, waited } = create(1_000);
  const { node } = replica('frozen', 10);
  expect(await waited([node], at(20))).toBe(catchUpMs);
  expect(await waited([node], at(20))).toBe(0);
  expect(looks).toHaveLength(1);
});
