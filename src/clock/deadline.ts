import { DomainError } from '../errors/domain-error.ts';
import type { Cancel, Clock } from './clock.ts';

/** The end of one request's time, which begins when this is made. Whoever makes it ends it, so that no timer outlives the request. */
export interface Deadline {
  /** Throws `TIMEOUT` when the time is up: for work that must not begin too late. */
  check(): void;
  /** Settles as `work` does, or rejects with `TIMEOUT` when the time is up first; the work itself goes on. */
  race<T>(work: Promise<T>): Promise<T>;
  end(): void;
}

export function createDeadline(clock: Clock, ms: number): Deadline {
  const waiting = new Set<(reason: DomainError) => void>();
  const endsAt = clock.monotonic() + ms;
  let cancel: Cancel | undefined;
  let passed = false;

  function expire(): void {
    passed = true;
    for (const reject of waiting) reject(timeout());
    waiting.clear();
  }

  return {
    check() {
      if (clock.monotonic() >= endsAt) throw timeout();
    },
    race<T>(work: Promise<T>) {
      cancel ??= clock.after(Math.max(0, endsAt - clock.monotonic()), expire);
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
