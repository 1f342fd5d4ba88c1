import { expect, it } from 'vitest';
import { coresIn, shared } from './cores.ts';
import { askedForOne, commandsIn, rateOf } from './counts.ts';

it('cores are read as taskset names them', () => {
  expect(coresIn('0,1')).toEqual([0, 1]);
  expect(coresIn('0-2,5')).toEqual([0, 1, 2, 5]);
  expect(coresIn('')).toEqual([]);
});

it('each process of a server has a core, as long as one is left for the rest', () => {
  expect(shared([0, 1, 2, 5], 1)).toEqual({ server: ['0'], rest: '1,2,5' });
  expect(shared([0, 1, 2, 5], 2)).toEqual({ server: ['0', '1'], rest: '2,5' });
  expect(shared([0, 1], 2)).toEqual({ server: ['0'], rest: '1' });
  expect(shared([0], 1)).toBeUndefined();
});

it('all commands of Redis count, but for our own question', () => {
  const info =
    '# Commandstats\r\ncmdstat_get:calls=12,usec=3\r\ncmdstat_client|setinfo:calls=2,usec=1\r\ncmdstat_info:calls=9,usec=9\r\n';
  expect(commandsIn(info)).toBe(14);
});

const counts = (statements: number, commands: number, trips: number, atMs: number) => ({
  ...{ statements, commands, trips, atMs },
});

it('what servers ask by themselves is not told as asked for a request', () => {
  const idle = rateOf(counts(10, 20, 5, 100), counts(0, 0, 0, 0));
  const asked = askedForOne(100, counts(1_200, 400, 150, 2_000), counts(1_000, 0, 0, 1_000), idle);
  expect(asked).toEqual({
    statements: expect.closeTo(1) as number,
    commands: expect.closeTo(2) as number,
    trips: expect.closeTo(1) as number,
  });
});

it('less than what they ask by themselves is nothing', () => {
  const idle = rateOf(counts(100, 0, 0, 100), counts(0, 0, 0, 0));
  expect(askedForOne(10, counts(1, 0, 0, 100), counts(0, 0, 0, 0), idle).statements).toBe(0);
});
