import { expect, it } from 'vitest';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createRounds } from './rounds.ts';

function openRounds() {
  const clock = createFakeClock();
  const visited: number[] = [];
  const rounds = createRounds<number>({ clock, everyMs: 1_000, visit: (member) => visited.push(member) });
  return { clock, rounds, takeVisited: () => visited.splice(0) };
}

it('each member is visited once in the time of a round, and never many at one moment', async () => {
  const { clock, rounds, takeVisited } = openRounds();
  for (let member = 0; member < 1_000; member += 1) rounds.add(member);
  const seen: number[] = [];
  for (let step = 0; step < 20; step += 1) {
    await clock.advance(50);
    const visited = takeVisited();
    expect(visited).toHaveLength(50);
    seen.push(...visited);
  }
  expect(new Set(seen).size).toBe(1_000);
});

it('who has left is not visited any more, and after the end nobody is', async () => {
  const { clock, rounds, takeVisited } = openRounds();
  const leave = rounds.add(1);
  rounds.add(2);
  leave();
  await clock.advance(1_000);
  expect(takeVisited()).toEqual([2]);
  rounds.close();
  await clock.advance(2_000);
  expect(takeVisited()).toEqual([]);
});
