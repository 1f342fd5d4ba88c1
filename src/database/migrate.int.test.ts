import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createLog } from '../log/log.ts';
import { onServer } from '../testing/database.ts';
import { migrate } from './migrate.ts';

const name = `t_${randomBytes(6).toString('hex')}`;
const url = new URL(inject('databaseUrl'));
url.pathname = `/${name}`;

beforeAll(async () => {
  await onServer(inject('databaseUrl'), `CREATE DATABASE ${name} TEMPLATE template0`);
});
afterAll(async () => {
  await onServer(inject('databaseUrl'), `DROP DATABASE ${name} WITH (FORCE)`);
});

it('gateways that start together wait for one another, and each migration is applied once', async () => {
  const log = createLog({ level: 'silent' });
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(url.href, log)));
  const names = applied.flat();
  expect(names.length).toBeGreaterThan(0);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(names.toSorted());
  const rows = await onServer<{ name: string }>(url.href, 'SELECT name FROM migrations ORDER BY id');
  expect(rows.map((row) => row.name)).toEqual(names);
  const [queue] = await onServer<{ there: boolean }>(
    url.href,
    "SELECT to_regprocedure('graphile_worker.force_unlock_workers(text[])') IS NOT NULL AS there",
  );
  expect(queue).toEqual({ there: true });
});
