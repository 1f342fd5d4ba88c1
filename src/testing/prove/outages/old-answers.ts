import { postQuery, type Gateway } from '../../gateway.ts';
import { rounded } from '../measures.ts';
import { priceOf, type Scene } from './scene.ts';

/** Everything that will be changed is in Redis and in both processes before. */
export async function warmUp({ gateways }: Scene, ids: readonly string[], token: string): Promise<void> {
  for (const gateway of gateways) {
    for (const id of [...ids, ...ids]) await priceOf(gateway, id);
    await isLetThrough(gateway, token);
    await isLetThrough(gateway, token);
    await gateway.app.idle();
  }
}

/** How often something old was seen, and how long after `since` for the last time. */
export interface OldSeen {
  onFirst: number;
  onSecond: number;
  onSecondMs: number;
  letThrough: number;
  letThroughMs: number;
}

/**
 * Asks again and again, for `forMs` from `since`: both gateways for the price, the second whether the session of `token`,
 * which was ended on the first, is let through.
 */
export async function lookForOld(
  [first, second]: readonly [Gateway, Gateway],
  what: {
    readonly id: string;
    readonly amount: string;
    readonly token: string;
    readonly since: number;
    readonly forMs: number;
  },
): Promise<OldSeen> {
  const found: OldSeen = { onFirst: 0, onSecond: 0, onSecondMs: 0, letThrough: 0, letThroughMs: 0 };
  while (performance.now() < what.since + what.forMs) {
    const [onFirst, onSecond, passed] = await Promise.all([
      priceOf(first, what.id),
      priceOf(second, what.id),
      isLetThrough(second, what.token),
    ]);
    const ms = rounded(performance.now() - what.since);
    if (onFirst !== what.amount) found.onFirst += 1;
    if (onSecond !== what.amount) {
      found.onSecond += 1;
      found.onSecondMs = ms;
    }
    if (passed) {
      found.letThrough += 1;
      found.letThroughMs = ms;
    }
  }
  return found;
}

async function isLetThrough({ url }: Pick<Gateway, 'url'>, token: string): Promise<boolean> {
  const { data } = await postQuery<{ viewer: unknown }>(url, '{ viewer { username } }', { token });
  return data?.viewer != null;
}

export async function endSession({ url }: Pick<Gateway, 'url'>, token: string): Promise<void> {
  const { errors } = await postQuery(url, 'mutation { signOut { endedSessions } }', { token });
  if (errors.length > 0) throw new Error(`signing out failed: ${JSON.stringify(errors)}`);
}
