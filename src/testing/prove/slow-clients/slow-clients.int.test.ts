import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { slowClients } from './slow-clients.ts';

it(
  'who reads nothing is ended before it costs memory, and others miss nothing; without bounds it costs',
  { timeout: 240_000 },
  async () => {
    const { checks } = await runProof(slowClients, {
      options: { sockets: 40, events: 1_500, bytes: 60_000, megabytes: 48 },
    });
    // How long something takes beside other tests is not for this one to say.
    const lasting = checks.filter(({ what }) => !what.startsWith('Time'));
    expect(lasting.filter((check) => !check.holds)).toEqual([]);
    expect(checks.filter(({ control }) => control?.fails === false)).toEqual([]);
  },
);
