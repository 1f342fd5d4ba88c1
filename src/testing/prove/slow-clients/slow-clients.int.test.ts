import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { slowClients } from './slow-clients.ts';

it(
  'who reads nothing is ended, and others miss nothing; without bounds nobody is',
  { timeout: 240_000 },
  async () => {
    const { checks } = await runProof(slowClients, { options: { sockets: 50, events: 750, stall: 1_000 } });
    // How long something takes beside other tests is not for this one to say, nor what V8 has not given back yet.
    const lasting = checks.filter(({ what }) => !/^(Time|Growth)/.test(what));
    expect(lasting.filter((check) => !check.holds)).toEqual([]);
    // So few are held in less memory than V8 itself takes and gives; `npm run prove` has enough of them.
    const tooSlow = checks.find(({ what }) => what.startsWith('Stalled'));
    expect(tooSlow?.control).toMatchObject({ found: '0', fails: true });
  },
);
