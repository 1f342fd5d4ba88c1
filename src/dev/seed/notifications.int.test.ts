import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase, onServer, type TestDatabase } from '../../testing/database.ts';
import { seed } from './seed.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [] });
});
afterAll(() => database.drop());

it('each person has more notifications than one page, some unread, with nothing left to fill in', async () => {
  expect(await seed(database.primaryUrl)).toBe(true);
  expect(await seed(database.primaryUrl)).toBe(false);
  const rows = await onServer(
    database.primaryUrl,
    `SELECT u.username, count(*)::integer AS all, count(*) FILTER (WHERE n.read_at IS NULL)::integer AS unread,
       count(*) FILTER (WHERE n.body LIKE '%{{%' OR n.subject LIKE '%{{%')::integer AS unfilled,
       bool_and(n.created_at < now()) AS past
     FROM notifications n JOIN users u ON u.id = n.user_id GROUP BY u.username ORDER BY u.username`,
  );
  expect(rows).toEqual(
    ['alice', 'bob', 'carol'].map((username) => ({
      username,
      all: 24,
      unread: 5,
      unfilled: 0,
      past: true,
    })),
  );
  // The example tab names it.
  const [first] = await onServer(
    database.primaryUrl,
    `SELECT u.username, t.name FROM users u, notification_templates t WHERE u.id = 1 AND t.id = 1`,
  );
  expect(first).toEqual({ username: 'alice', name: 'Order shipped' });
});
