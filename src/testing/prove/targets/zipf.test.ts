import { expect, it } from 'vitest';
import { seededRandom } from '../../../clock/random.ts';
import { createZipf, scattered } from './zipf.ts';

it('the first rank comes twice as often as the second, and ten times as often as the tenth', () => {
  const [random, draw] = [seededRandom(1), createZipf(1_000)];
  const times = Array.from({ length: 1_000 }, () => 0);
  for (let count = 0; count < 200_000; count += 1) {
    const rank = draw(random);
    times[rank] = (times[rank] ?? 0) + 1;
  }
  const [first = 0] = times;
  expect(first / (times[1] ?? 0)).toBeCloseTo(2, 0);
  expect(first / (times[9] ?? 0)).toBeCloseTo(10, -1);
});

it.each([1, 2, 10, 997, 1_000])('%i ranks are spread over as many places, each taken once', (count) => {
  const places = Array.from({ length: count }, (_, rank) => scattered(rank, count, 7));
  expect(new Set(places).size).toBe(count);
  expect(places.every((place) => place >= 0 && place < count)).toBe(true);
});
