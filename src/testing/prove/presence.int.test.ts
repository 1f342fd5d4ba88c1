import { expect, it } from 'vitest';
import { presence } from './presence.ts';
import { runProof } from './proof.ts';

it(
  '20,000 users are looked up in one round trip, spread over all keys, and swept when they are gone',
  { timeout: 120_000 },
  async () => {
    // How much it costs, only a machine that does nothing else can tell: the full proof tells it.
    const { checks } = await runProof(presence, {
      options: { users: 20_000, rounds: 20, percent: 1_000_000 },
    });
    const counted = checks.filter(({ what }) => !what.includes('among all'));
    expect(counted).toHaveLength(3);
    for (const check of counted) expect(check).toMatchObject({ holds: true, control: { fails: true } });
  },
);
