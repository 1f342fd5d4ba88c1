import type { Clock } from '../../src/clock/clock.ts';
import { inBackground, type Log } from '../../src/log/log.ts';
import type { Store } from '../../src/store/store.ts';
import { extendShopScopes, shopLifetimeMs, type Session } from './sessions.ts';

/** Extends `SHOP` scopes in batches, so that a request costs no write. */
export interface SessionSlides {
  /** Notes that the session was used. A scope that has ended stays ended. */
  touch(session: Session): void;
  /** Writes what was noted. */
  flush(): Promise<void>;
  /** Flushes for the last time. */
  close(): Promise<void>;
}

interface Needs {
  readonly openStore: () => Store;
  readonly clock: Clock;
  readonly log: Log;
}

const flushEveryMs = 5_000;
/** Extensions shorter than this are not worth a write: a session costs at most one a minute. */
const stepMs = 60_000;

/** A gateway that is killed loses the extensions of its last seconds, out of an hour. */
export function createSessionSlides({ openStore, clock, log }: Needs): SessionSlides {
  let noted = new Map<string, { readonly userId: string; readonly expiresAt: Date }>();
  const stop = clock.every(flushEveryMs, () => inBackground(log, 'extending sessions', flush()));

  async function flush(): Promise<void> {
    if (noted.size === 0) return;
    const batch = noted;
    noted = new Map();
    await openStore().write((tx, changed) => extendShopScopes(tx, changed, batch));
  }

  return {
    touch({ id, userId, shopExpiresAt }) {
      const now = clock.now();
      const left = shopExpiresAt.getTime() - now;
      if (left <= 0 || left > shopLifetimeMs - stepMs) return;
      noted.set(id, { userId, expiresAt: new Date(now + shopLifetimeMs) });
    },
    flush,
    async close() {
      stop();
      await flush();
    },
  };
}
