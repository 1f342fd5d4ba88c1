import { expect, it } from 'vitest';
import type { Population } from '../data/population.ts';
import { mixed } from '../workloads/mixed.ts';
import { product } from '../workloads/product.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Exchange } from './connection.ts';
import { createTraffic, type Tally } from './traffic.ts';

const population: Population = {
  products: { firstId: '100', count: 10_000 },
  categories: 10,
  chats: [],
  links: { firstId: '1', count: 1 },
  ownProducts: { ours: { firstId: '1', count: 50 } },
  adminToken: 'admin',
};

const tally: Tally = {
  answered: () => undefined,
  lost: () => undefined,
  wrote: () => undefined,
  stale: () => undefined,
};

const trafficOf = (workload: Workload, dialect: 'gateway' | 'bare' = 'gateway', seed = 1) =>
  createTraffic({ ...{ workload, population, dialect, seed }, server: 'ours', draws: 3_000 });

const textsOf = (next: () => Exchange | undefined, most: number): readonly string[] => {
  const texts: string[] = [];
  for (let text = next()?.text; text !== undefined && texts.length < most; text = next()?.text)
    texts.push(text);
  return texts;
};

it('the same seed asks every server for the same', () => {
  const texts = (seed?: number) => textsOf(trafficOf(product, 'gateway', seed).draws(tally), 500);
  expect(texts()).toEqual(texts());
  expect(texts()).not.toEqual(texts(2));
});

it('some keys are asked for all the time, and most now and then', () => {
  const counts = new Map<string, number>();
  for (const text of textsOf(trafficOf(product).draws(tally), 3_000))
    counts.set(text, (counts.get(text) ?? 0) + 1);
  const sorted = [...counts.values()].toSorted((one, other) => other - one);
  expect(sorted[0]).toBeGreaterThan(200);
  expect(counts.size).toBeGreaterThan(1_000);
});

it('what keeps answers is asked for each key twice', () => {
  const traffic = trafficOf(product);
  const keys = new Set(textsOf(traffic.draws(tally), 3_000)).size;
  const texts = textsOf(traffic.everyKey(tally), Infinity);
  expect(new Set(texts).size).toBe(keys);
  expect(texts).toHaveLength(2 * keys);
});

it('a bare server is asked by the workload’s name, and for nothing else', () => {
  const texts = textsOf(trafficOf(mixed, 'bare').draws(tally), 200);
  expect(texts.every((text) => text.startsWith('POST /mixed '))).toBe(true);
});

it('mixed traffic tells what is stale: the control is a server that answers with the first price for ever', () => {
  const next = trafficOf(mixed).draws({ ...tally, stale: () => (stale += 1), wrote: () => (writes += 1) });
  let [stale, writes] = [0, 0];
  for (let request = 0; request < 2_000; request += 1) {
    const { text, onAnswer } = next();
    const isWrite = text.includes('mutation');
    const amount = isWrite ? /"amount":"([\d.]+)"/.exec(text)?.[1] : '10.00';
    onAnswer({ status: 200, body: `{"data":{"amount":"${String(amount)}"}}`, tookMs: 1 });
  }
  expect(writes).toBeGreaterThan(100);
  expect(stale).toBeGreaterThan(100);
});

it('a crowd asks for few keys', () => {
  const texts = textsOf(trafficOf(product).crowded(tally), 500);
  expect(new Set(texts).size).toBe(20);
});
