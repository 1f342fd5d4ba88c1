import type { Client } from 'pg';
import { insertAccount, insertMovement, type SeededMovement } from './movements.ts';

const people = ['alice', 'bob', 'carol'] as const;
type Name = (typeof people)[number];

const dayMs = 24 * 3_600_000;
/** More movements than the cache keeps of an account, so that there is a second page. */
const months = 4;

interface Accounts {
  readonly everyday: string;
  readonly savings: string;
}

/** Two accounts each, some months of wages and rent between them, and a loan that alice pays back. */
export async function seedBank(client: Client): Promise<void> {
  const accounts = new Map<Name, Accounts>();
  for (const name of people) accounts.set(name, await openAccounts(client, name));
  const of = (name: Name): Accounts => {
    const found = accounts.get(name);
    if (found === undefined) throw new Error(`no accounts of ${name}`);
    return found;
  };
  for (const movement of movementsOf(of)) await insertMovement(client, movement);
  await client.query(
    `INSERT INTO loans (account_id, principal_minor, outstanding_minor, annual_rate, status, opened_at, due_at)
     VALUES ($1, 500000, 325000, 3.25, 'ACTIVE', now() - interval '110 days', now() + interval '2 years')`,
    [of('alice').savings],
  );
}

async function openAccounts(client: Client, username: Name): Promise<Accounts> {
  const { rows } = await client.query<{ id: string }>('SELECT id::text FROM users WHERE username = $1', [
    username,
  ]);
  const userId = rows[0]?.id ?? '';
  return {
    everyday: await insertAccount(client, { userId, name: 'Everyday', currencyCode: 'EUR' }),
    savings: await insertAccount(client, { userId, name: 'Savings', currencyCode: 'CHF' }),
  };
}

/** In the order of their times. */
function movementsOf(of: (name: Name) => Accounts): readonly SeededMovement[] {
  const at = (daysAgo: number) => new Date(Date.now() - daysAgo * dayMs);
  const loan = { kind: 'LOAN', note: 'Loan for the workshop' } as const;
  const first: readonly SeededMovement[] = [
    { ...loan, toId: of('alice').savings, amountMinor: 500_000n, at: at(30 * months - 10) },
  ];
  const monthly = Array.from({ length: months }, (_, month) => {
    const daysAgo = 30 * (months - month) - 15;
    const shared = { kind: 'TRANSFER', toId: of('carol').everyday, at: at(daysAgo - 2) } as const;
    return [
      ...people.map((name) => ({
        kind: 'DEPOSIT' as const,
        toId: of(name).everyday,
        amountMinor: 260_000n + BigInt(name.length) * 1_250n,
        note: 'Wages',
        at: at(daysAgo),
      })),
      { ...shared, fromId: of('alice').everyday, amountMinor: 72_000n, note: 'Rent' },
      { ...shared, fromId: of('bob').everyday, amountMinor: 68_050n, note: 'Rent' },
      {
        kind: 'TRANSFER' as const,
        fromId: of('bob').everyday,
        toId: of('alice').everyday,
        amountMinor: 1_985n + BigInt(month),
        note: 'Groceries',
        at: at(daysAgo - 5),
      },
      {
        kind: 'LOAN' as const,
        fromId: of('alice').savings,
        amountMinor: 43_750n,
        note: 'Instalment',
        at: at(daysAgo - 10),
      },
      { kind: 'DEPOSIT' as const, toId: of('bob').savings, amountMinor: 15_000n, at: at(daysAgo - 11) },
    ];
  });
  return [...first, ...monthly.flat()];
}
