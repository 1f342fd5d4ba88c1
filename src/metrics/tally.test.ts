import { Counter, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { settle, tallyOf } from './tally.ts';

function createCounter(registry = new Registry()) {
  return new Counter({
    name: 'seen',
    help: '-',
    labelNames: ['what'],
    registers: [registry],
    collect: settle,
  });
}

const seriesOf = async (counter: ReturnType<typeof createCounter>) =>
  (await counter.get()).values.map(({ labels, value }) => [labels.what, value]);

it('what was tallied is in the counter whenever it is read, once', async () => {
  const counter = createCounter();
  const [one, other] = [tallyOf(counter, { what: 'one' }), tallyOf(counter, { what: 'other' })];
  for (const count of [one, one, other, one]) count();
  expect(await seriesOf(counter)).toEqual([
    ['one', 3],
    ['other', 1],
  ]);
  one();
  counter.inc({ what: 'one' }, 10);
  expect(await seriesOf(counter)).toEqual([
    ['one', 14],
    ['other', 1],
  ]);
});

it('is there for Prometheus too, and nothing of it before the first', async () => {
  const registry = new Registry();
  const count = tallyOf(createCounter(registry), { what: 'one' });
  expect(await registry.metrics()).not.toContain('what="one"');
  count();
  expect(await registry.metrics()).toContain('seen{what="one"} 1');
});
