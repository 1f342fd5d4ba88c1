import type pg from 'pg';
import { untilAborted } from './aborted.ts';
import type { Cancels } from './cancels.ts';
import { isNodeFailure } from './failures.ts';
import type { Share, Slots } from './slots.ts';

/** A connection taken from a node's pool for one statement or one transaction. */
export interface Session {
  /**
   * One statement. When the signal is aborted it rejects with the signal's reason at once, and the statement is cancelled
   * on the server; the session then takes no further one.
   */
  query(statement: pg.QueryConfig | string, signal?: AbortSignal): Promise<pg.QueryResult>;
  /** Gives the connection back, or drops it when it is unfit; resolves when that is done. Never rejects. */
  end(how?: { readonly rollback?: boolean | undefined; readonly failure?: unknown }): Promise<void>;
}

interface Needs {
  readonly pool: pg.Pool;
  readonly slots: Slots;
  readonly cancels: Cancels;
  /** Counts and times one round trip. */
  readonly measured: <T>(roundTrip: () => Promise<T>) => Promise<T>;
}

/** A cancel that comes too late for its statement could only hit the next ones; a few more are tried before giving up. */
const barriers = 3;

export async function openSession(needs: Needs, share: Share, signal?: AbortSignal): Promise<Session> {
  const giveBack = await needs.slots.take(share, signal);
  const connecting = needs.pool.connect();
  try {
    return createSession(await untilAborted(connecting, signal), needs, giveBack);
  } catch (error) {
    // Nobody waits any more: when the connection comes, it goes to the pool, and only then the slot to the next caller.
    void connecting.then(
      (client) => {
        client.release();
        giveBack();
      },
      () => giveBack(),
    );
    throw error;
  }
}

/**
 * A connection whose statement was cancelled goes back to the pool only when (a) the cancel has been answered, (b) the
 * statement has ended and (c) one more statement has passed. Otherwise:
 *
 * 1. A's statement is aborted; its cancel, which names no statement but a backend, is on its way.
 * 2. A's statement ends by itself; the connection goes back to the pool, and B sends its own on it.
 * 3. The cancel arrives and ends B's statement, which nobody wanted cancelled.
 *
 * After (a) the backend has been signalled and no later cancel of ours is under way. It takes the signal before it reads
 * what is sent after (a) where signals are delivered at once; where they are not, (c) meets it in B's place.
 */
function createSession(client: pg.PoolClient, { cancels, measured }: Needs, giveBack: () => void): Session {
  const cancelled: Promise<void>[] = [];
  let lost: Error | undefined;
  // Without a listener, a connection that ends between two statements would end the process.
  const onError = (error: Error) => (lost ??= error);
  client.on('error', onError);

  function release(failure: Error | undefined): void {
    client.off('error', onError);
    client.release(failure);
    giveBack();
  }

  async function cancel(running: Promise<unknown>): Promise<void> {
    const ended = running.then(
      () => undefined,
      (error: unknown) => {
        if (isNodeFailure(error)) throw error;
      },
    );
    const { processID: pid } = client as pg.PoolClient & { readonly processID: number };
    await Promise.all([cancels.cancel(pid), ended]);
  }

  async function clear(): Promise<void> {
    for (let left = barriers; ; left -= 1) {
      try {
        await client.query('SELECT 1');
        return;
      } catch (error) {
        if (left === 1 || isNodeFailure(error)) throw error;
      }
    }
  }

  return {
    async query(statement, signal) {
      if (cancelled.length > 0) throw new Error('a cancelled session takes no further statement');
      signal?.throwIfAborted();
      const state = { isRunning: true };
      const running = measured(() => client.query(statement as pg.QueryConfig)).finally(() => {
        state.isRunning = false;
      });
      try {
        return await untilAborted(running, signal);
      } catch (error) {
        if (state.isRunning && signal?.aborted === true) {
          const ending = cancel(running);
          // It is looked at when the session ends.
          ending.catch(() => undefined);
          cancelled.push(ending);
        }
        throw error;
      }
    },
    async end({ rollback = false, failure } = {}) {
      if (cancelled.length === 0 && isNodeFailure(failure)) {
        release(failure as Error);
        return;
      }
      try {
        await Promise.all(cancelled);
        if (rollback) await client.query('ROLLBACK');
        if (cancelled.length > 0) await clear();
        release(lost);
      } catch (error) {
        release(error as Error);
      }
    },
  };
}
