import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { onServer } from '../../src/testing/database.ts';
import { follow, storeLink, warmUp, type StoredLink } from '../../src/testing/stored-links.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createWorld, type World } from '../../src/testing/world.ts';
import type { Batch } from '../../src/write-behind/buffer.ts';

const often = { clickSettings: { gatherEveryMs: 10, flushEveryMs: 20 } };

let world: World;
beforeAll(async () => {
  world = await createWorld({ overrides: often });
});
afterAll(() => world.close());

/** As Postgres has it. */
async function countOf({ id }: StoredLink): Promise<number> {
  const rows = await onServer<{ clicks: string }>(
    world.database.primaryUrl,
    'SELECT clicks::text FROM link_clicks WHERE link_id = $1',
    [id],
  );
  return Number(rows[0]?.clicks ?? 0);
}

async function visit(gateway: Gateway, { code }: StoredLink, times: number, init: RequestInit = {}) {
  for (let time = 0; time < times; time += 1) await follow(gateway, code, init);
}

const untilCounted = (link: StoredLink, clicks: number) =>
  vi.waitFor(async () => expect(await countOf(link)).toBe(clicks), { timeout: 10_000, interval: 20 });

describe('the clicks of a link', () => {
  it('are what was followed through all gateways, from memory or not', async () => {
    const link = await storeLink(world.database);
    const other = await world.anotherGateway();
    await visit(world.gateway, link, 5);
    await visit(other, link, 7);
    await untilCounted(link, 12);
  });

  it('are not those of machines, nor of whoever only looks, nor of what led nowhere', async () => {
    const link = await storeLink(world.database);
    const over = await storeLink(world.database, { expiresAt: new Date(Date.now() - 1_000) });
    await warmUp(world, link.code);
    await visit(world.gateway, link, 2, { method: 'HEAD' });
    await visit(world.gateway, link, 2, { headers: { 'user-agent': 'Twitterbot/1.0' } });
    await visit(world.gateway, link, 2, { headers: { 'sec-purpose': 'prefetch' } });
    await visit(world.gateway, over, 2);
    await visit(world.gateway, link, 1);
    await untilCounted(link, 1);
    expect(await countOf(over)).toBe(0);
  });

  it('are kept when a gateway closes before their time has come', async () => {
    const slow = { overrides: { clickSettings: { gatherEveryMs: 600_000, flushEveryMs: 600_000 } } };
    const link = await storeLink(world.database);
    const closing = await world.anotherGateway(slow);
    await visit(closing, link, 3);
    await closing.close();
    expect(await countOf(link)).toBe(3);
  });

  it('go with it when it is deleted, and what comes late for it keeps no others from being counted', async () => {
    const [gone, kept] = [await storeLink(world.database), await storeLink(world.database)];
    for (const link of [gone, kept]) await visit(world.gateway, link, 2);
    await untilCounted(gone, 2);
    await onServer(world.database.primaryUrl, 'DELETE FROM links WHERE id = $1', [gone.id]);
    expect(await countOf(gone)).toBe(0);
    await visit(world.gateway, gone, 1);
    await visit(world.gateway, kept, 1);
    await untilCounted(kept, 3);
    expect(await countOf(gone)).toBe(0);
  });

  it('evict nothing: the link itself stays where it was', async () => {
    const link = await storeLink(world.database);
    await warmUp(world, link.code);
    await visit(world.gateway, link, 1);
    await untilCounted(link, 1);
    expect((await follow(world.gateway, link.code)).isHot).toBe(true);
  });
});

describe('a batch that comes twice', () => {
  const twice = (change: (batch: Batch) => Batch) => ({
    overrides: {
      ...often,
      around: {
        clicks: (apply: (batch: Batch) => Promise<boolean>) => async (batch: Batch) => {
          const isNew = await apply(batch);
          await apply(change(batch));
          return isNew;
        },
      },
    },
  });

  async function followedThrice(change: (batch: Batch) => Batch): Promise<number> {
    const link = await storeLink(world.database);
    const other = await createWorld({ ...twice(change) });
    try {
      await onServer(
        other.database.primaryUrl,
        `INSERT INTO links (id, code, url, owner_id) VALUES ($1, $2, 'https://example.com/', 1)`,
        [link.id, link.code],
      );
      await other.database.replicated();
      await visit(other.gateway, link, 3);
      await other.gateway.close();
      const rows = await onServer<{ clicks: string }>(
        other.database.primaryUrl,
        'SELECT clicks::text FROM link_clicks',
      );
      return Number(rows[0]?.clicks);
    } finally {
      await other.close();
    }
  }

  it('counts once', async () => {
    expect(await followedThrice((batch) => batch)).toBe(3);
  });

  it('counts twice under another id: the control', async () => {
    expect(await followedThrice((batch) => ({ ...batch, id: `${batch.id.slice(0, -1)}x` }))).toBe(6);
  });
});
