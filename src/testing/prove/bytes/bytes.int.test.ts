import { expect, it } from 'vitest';
import { runProof } from '../proof.ts';
import { bytes } from './bytes.ts';

it(
  'kept answers are compared with those of a bare server, and all requests are answered',
  { timeout: 300_000 },
  async () => {
    // How much it takes beside other tests is not for this one to say, nor how few of so few are made.
    const { checks } = await runProof(bytes, { options: { pairs: 1, requests: 40, connections: 2 } });
    const [unanswered] = checks.filter(({ must }) => must === '0');
    expect(unanswered?.holds).toBe(true);
  },
);
