import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { idOf } from '../../schema/global-id.ts';
import { patience, startBackstop } from '../../src/testing/backstop.ts';
import { onServer } from '../../src/testing/database.ts';
import { createShopping } from '../../src/testing/shop/shopping.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

it('what becomes of orders in psql is seen', async () => {
  const backstop = await startBackstop({
    app: world.app,
    primaryUrl: world.database.primaryUrl,
    redisUrl: inject('redisUrl'),
  });
  await backstop.follows();
  const [shopping, buyer] = [createShopping(world), await world.somebody()];
  const psql = (text: string) => onServer(world.database.primaryUrl, text, [idOf('User', buyer.id)]);
  const becomes = (text: string) =>
    vi.waitFor(async () => {
      await world.database.replicated();
      const { data } = await buyer.query('{ viewer { orders { nodes { status lines { name } } } } }');
      expect(JSON.stringify(data)).toContain(text);
    }, patience);

  await becomes('"nodes":[]');
  await shopping.orderPastGateways(buyer, await world.product(), 1);
  await becomes('{"status":"PLACED","lines":[{"name":"Kettle"}]}');
  await psql(`UPDATE orders SET status = 'PAID', paid_at = now(), payment_entry_id = 1 WHERE user_id = $1`);
  await becomes('"status":"PAID"');
  await psql(
    `UPDATE order_lines SET name = 'Teapot' FROM orders WHERE order_id = orders.id AND user_id = $1`,
  );
  await becomes('"name":"Teapot"');
  await psql('DELETE FROM orders WHERE user_id = $1');
  await becomes('"nodes":[]');
}, 60_000);
