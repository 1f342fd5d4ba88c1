import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { bytes } from './bytes.ts';

it(
  'kept answers are compared with those of a bare server, and all requests are answered',
  { timeout: 300_000 },
  async () => {
    // How much it takes beside other tests is not for this one to say.
    const { checks } = await runProof(bytes, { options: { pairs: 1, requests: 40, connections: 2 } });
    expect(checks.filter(({ must }) => !must.startsWith('≤')).map(({ holds }) => holds)).not.toContain(false);
  },
);
