import type { Client } from 'pg';

/** The logins that development prints; `alice`, `bob` and `carol` are people. */
export const seededLogins = ['alice', 'bob', 'carol', 'admin', 'service'] as const;
export const seededPassword = 'password';

const people = [
  ['alice', 'Alice Moreau', 'alice@example.com', '+41791110001', 'USER', 'Out for a walk'],
  ['bob', 'Bob Tanner', 'bob@example.com', '+41791110002', 'USER', null],
  ['carol', 'Carol Wyss', 'carol@example.com', '+41791110003', 'USER', 'Busy until five'],
  ['admin', 'Ada Admin', 'admin@example.com', null, 'ADMIN', null],
  ['service', 'Notification service', null, null, 'SERVICE', null],
] as const;

export async function seedUsers(client: Client, passwordHash: string): Promise<void> {
  const column = (index: 0 | 1 | 2 | 3 | 4 | 5) => people.map((person) => person[index]);
  await client.query(
    `INSERT INTO users (username, display_name, email, phone, role, status_message, password_hash)
     SELECT *, $7 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
     ON CONFLICT (username) DO NOTHING`,
    [column(0), column(1), column(2), column(3), column(4), column(5), passwordHash],
  );
}
