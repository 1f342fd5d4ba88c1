import pg from 'pg';
import { createPasswords } from '../../auth/passwords.ts';
import { seedBank } from './bank.ts';
import { seedCarts } from './carts.ts';
import { seedChats } from './chats.ts';
import { seedLinks } from './links.ts';
import { seedNotifications } from './notifications.ts';
import { seedOrders } from './orders.ts';
import { seedShop } from './shop.ts';
import { seedUsers, seededPassword } from './users.ts';

/** Fills an empty database with something to look at. Does nothing where there are users. Resolves to whether it did. */
export async function seed(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  // The statement under way fails too; without a listener the event would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ empty: boolean }>('SELECT NOT EXISTS (SELECT FROM users) AS empty');
    if (rows[0]?.empty !== true) return false;
    const passwordHash = await createPasswords().hash(seededPassword);
    await client.query('BEGIN');
    await seedUsers(client, passwordHash);
    await seedShop(client);
    await seedOrders(client);
    await seedCarts(client);
    await seedChats(client);
    await seedNotifications(client);
    await seedBank(client);
    await seedLinks(client);
    await client.query('COMMIT');
    return true;
  } finally {
    await client.end();
  }
}
