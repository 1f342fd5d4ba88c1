import { expect, it } from 'vitest';
import { hitCost } from './hit-cost.ts';
import { runProof } from './proof.ts';

it(
  'a hundred hits are one MGET and no script; with a batch for each key they are not',
  { timeout: 60_000 },
  async () => {
    // How much it costs, only a machine that does nothing else can tell: the full proof tells it.
    const { checks } = await runProof(hitCost, { options: { rounds: 20 } });
    const commands = checks.find(({ what }) => what.startsWith('commands'));
    expect(commands).toMatchObject({ found: '{"mget":1}', holds: true, control: { fails: true } });
  },
);
