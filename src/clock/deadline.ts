import { DomainError } from '../errors/domain-error.ts';
import type { Cancel, Clock } from './clock.ts';

/** The end of one request's time. Whoever makes it ends it, so that no timer outlives the request. */
export interface Deadline {
  /** Settles as `work` does, or rejects with `TIMEOUT` when the time is up first; the work itself goes on. */
  race<T>(work: Promise<T>): Promise<T>;
  end(): void;
}

export function createDeadline(clock: Clock, ms: number): Deadline {
  const waiting = new Set<(reason: DomainError) => void>();
  let cancel: Cancel | undefined;
  let passed = false;

  function expire(): void {
    passed = true;
    for (const reject of waiting) reject(timeout());
    waiting.clear();
  }

  return {
    race<T>(work: Promise<T>) {
      cancel ??= clock.after(ms, expire);
      return new Promise<T>((resolve, reject) => {
        if (passed) reject(timeout());
        else waiting.add(reject);
        work.then(resolve, reject).finally(() => waiting.delete(reject));
      });
    },
    end() {
      cancel?.();
      waiting.clear();
    },
  };
}

const timeout = () => new DomainError('TIMEOUT', 'The request took too long.');
