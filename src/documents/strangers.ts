import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Tells of documents that are not registered. */
export interface Strangers {
  /** Counts every one, and logs each document once an hour. */
  saw(action: keyof typeof messages, stranger: Stranger): void;
}

export interface Stranger {
  /** Its hash, or the id that nobody knows. */
  readonly document: string;
  readonly operationName: string | null | undefined;
}

interface Needs {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

const messages = {
  reported: 'a document that is not registered was executed; it would be refused',
  refused: 'a document that is not registered was refused',
  exempt: 'a document that is not registered was executed for an administrator',
};

const againAfterMs = 3_600_000;
/** Documents and names come from anybody. */
const maxRemembered = 5_000;
const maxLength = 100;

export function createStrangers({ clock, log, metrics }: Needs): Strangers {
  const logged = new LRUCache<string, number>({ max: maxRemembered });

  return {
    saw(action, { document, operationName }) {
      metrics.untrustedDocuments.inc({ action });
      const shown = document.slice(0, maxLength);
      const now = clock.monotonic();
      const before = logged.get(`${action} ${shown}`);
      if (before !== undefined && now - before < againAfterMs) return;
      logged.set(`${action} ${shown}`, now);
      log.warn({ document: shown, operationName: operationName?.slice(0, maxLength) }, messages[action]);
    },
  };
}
