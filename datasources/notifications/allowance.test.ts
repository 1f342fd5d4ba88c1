import { expect, it } from 'vitest';
import { consumptionOf, dayOf, limitsOf } from './allowance.ts';

it('each channel has its quota, advertising its own beside it, push messages none', () => {
  expect(limitsOf('EMAIL', 'SECURITY')).toEqual([{ counter: 'email', most: 10 }]);
  expect(limitsOf('SMS', 'TRANSACTIONAL')).toEqual([{ counter: 'sms', most: 5 }]);
  expect(limitsOf('PUSH', 'TRANSACTIONAL')).toEqual([]);
  expect(limitsOf('PUSH', 'PROMOTIONAL')).toEqual([{ counter: 'promotional', most: 3 }]);
  expect(limitsOf('EMAIL', 'PROMOTIONAL').map(({ counter }) => counter)).toEqual(['email', 'promotional']);
});

it('a day is one of UTC', () => {
  expect(dayOf(new Date('2026-06-01T23:59:59.999Z'))).toBe('2026-06-01');
  expect(dayOf(new Date('2026-06-02T01:00:00+02:00'))).toBe('2026-06-01');
});

it('a repeat consumes the same, another sender or key something else', () => {
  const sent = {
    userId: '7',
    senderId: '2',
    idempotencyKey: 'k',
    createdAt: new Date('2026-06-01T00:00:00Z'),
  };
  expect(consumptionOf(sent)).toEqual({ subject: '7', period: '2026-06-01', id: '2:k' });
  expect(consumptionOf({ ...sent, senderId: '3' }).id).not.toBe('2:k');
});
