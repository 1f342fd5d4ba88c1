import { expect, it } from 'vitest';
import { slotCount, slotOf } from './slot.ts';

it('is CRC16 of the key, by the example of the specification', () => {
  expect(slotOf('123456789')).toBe(0x31c3);
  expect(slotOf('')).toBe(0);
});

it('is that of the first pair of braces that holds something', () => {
  expect(slotOf('{user1000}.following')).toBe(slotOf('user1000'));
  expect(slotOf('a{b}{c}')).toBe(slotOf('b'));
  expect(slotOf('a{{b}}c')).toBe(slotOf('{b'));
  expect(slotOf('a{}{b}')).not.toBe(slotOf('b'));
  expect(slotOf('a{b')).not.toBe(slotOf('b'));
});

it('is spread over all slots', () => {
  const slots = new Set(Array.from({ length: 200_000 }, (_, index) => slotOf(`key:${index}`)));
  expect(slots.size).toBeGreaterThan(slotCount * 0.99);
});
