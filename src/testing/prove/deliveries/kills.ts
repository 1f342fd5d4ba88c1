import { waitUntil } from '../../../dev/processes/wait-until.ts';
import type { SmtpSink } from '../../smtp-sink.ts';
import type { MortalGateway } from '../child-gateway.ts';

/** Kills a worker at the worst moment: what it had under way is accepted, and it does not know. */
export type KillAt = (accepted: number, worker: MortalGateway) => Promise<void>;

/** The others go on meanwhile; longer, and their clients would give up. */
const heldMs = 400;
const patienceMs = 10 * 60_000;

export function createKills(sink: SmtpSink): KillAt {
  return async (accepted, worker) => {
    const reached = await waitUntil(() => sink.accepted.length >= accepted, {
      everyMs: 2,
      timeoutMs: patienceMs,
    });
    if (reached !== true) throw new Error(`the server has not accepted ${accepted} mails`);
    let tell: () => void = () => undefined;
    const told = new Promise<void>((resolve) => (tell = resolve));
    sink.beforeTelling(() => told);
    await new Promise((resolve) => setTimeout(resolve, heldMs));
    worker.kill();
    sink.beforeTelling(() => Promise.resolve());
    tell();
  };
}
