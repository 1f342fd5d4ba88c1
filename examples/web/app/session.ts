import { asksForPassword, GatewayFault } from './faults.ts';
import { createGateway, type Gateway } from './gateway.ts';
import type { Notices } from './notices.ts';
import { createStreams, type Streams } from './stream.ts';

/** Somebody who is signed in, and all that is done in that one's name. */
export interface Session {
  readonly user: User;
  readonly gateway: Gateway;
  readonly streams: Streams;
  readonly notices: Notices;
  /** Aborts when the session ends. */
  readonly signal: AbortSignal;
  /** Does something, and tells what it failed with; never rejects. */
  attempt(work: () => Promise<void>): Promise<void>;
  end(why: string): void;
}

export interface User {
  readonly id: string;
  readonly displayName: string;
}

interface Needs {
  readonly url: string;
  readonly token: string;
  readonly user: User;
  readonly notices: Notices;
  readonly onEnd: (why: string) => void;
}

/** The token lives here and nowhere else: what a script that was smuggled in could read later is not kept. */
export function openSession({ url, token, user, notices, onEnd }: Needs): Session {
  const controller = new AbortController();
  const { signal } = controller;
  const session: Session = {
    user,
    notices,
    signal,
    gateway: createGateway({ url, token, signal, onBudget: notices.spent, onWait: notices.waiting }),
    streams: createStreams({ url: url.replace(/^http/, 'ws'), token }),
    async attempt(work) {
      try {
        await work();
      } catch (error) {
        // A panel was left, or the session, while it waited.
        if (signal.aborted || isAbort(error)) return;
        if (!(error instanceof GatewayFault)) throw error;
        if (asksForPassword(error.fault)) session.end('Please sign in again.');
        else notices.failed(error.fault);
      }
    },
    end(why) {
      if (signal.aborted) return;
      controller.abort();
      session.streams.close();
      onEnd(why);
    },
  };
  return session;
}

const isAbort = (error: unknown) => error instanceof DOMException && error.name === 'AbortError';
