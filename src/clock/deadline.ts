import { setMaxListeners } from 'node:events';
import { asError } from '../errors/as-error.ts';
import { DomainError } from '../errors/domain-error.ts';
import type { Cancel, Clock } from './clock.ts';

/** The end of one request's time, which begins when this is made. Whoever makes it ends it, so that no timer outlives the request. */
export interface Deadline {
  /** Aborted when the time is up or nobody waits for the answer any more: what was begun for the request may stop. */
  readonly signal: AbortSignal;
  /** Throws `TIMEOUT` when the time is up: for work that must not begin too late. */
  check(): void;
  /** Settles as `work` does, or rejects with `TIMEOUT` when the time is up first; the work itself goes on. */
  race<T>(work: Promise<T>): Promise<T>;
  /** The client is gone: as if the time were up now. */
  cancel(): void;
  end(): void;
}

export function createDeadline(clock: Clock, ms: number): Deadline {
  const waiting = new Set<(reason: DomainError) => void>();
  const controller = manyHeard();
  const endsAt = clock.monotonic() + ms;
  let stopTimer: Cancel | undefined;
  let passed = false;

  function expire(): void {
    if (passed) return;
    passed = true;
    for (const reject of waiting) reject(timeout());
    waiting.clear();
    controller.abort(timeout());
  }

  return {
    signal: controller.signal,
    check() {
      if (passed || clock.monotonic() >= endsAt) throw timeout();
    },
    race<T>(work: Promise<T>) {
      stopTimer ??= clock.after(Math.max(0, endsAt - clock.monotonic()), expire);
      return new Promise<T>((resolve, reject) => {
        if (passed) reject(timeout());
        else waiting.add(reject);
        work.then(
          (value) => {
            waiting.delete(reject);
            resolve(value);
          },
          (error: unknown) => {
            waiting.delete(reject);
            reject(asError(error));
          },
        );
      });
    },
    cancel: expire,
    end() {
      stopTimer?.();
      waiting.clear();
    },
  };
}

/**
 * For what has no end of its own, such as the source of a stream: each `race` has `ms` for itself, and everything is over
 * when it is cancelled.
 */
export function createPatience(clock: Clock, ms: number): Deadline {
  const waiting = new Set<(reason: DomainError) => void>();
  const controller = manyHeard();

  return {
    signal: controller.signal,
    check() {
      if (controller.signal.aborted) throw timeout();
    },
    race<T>(work: Promise<T>) {
      return new Promise<T>((resolve, reject) => {
        const stopTimer = clock.after(ms, () => reject(timeout()));
        if (controller.signal.aborted) reject(timeout());
        else waiting.add(reject);
        void work.then(resolve, reject).finally(() => {
          stopTimer();
          waiting.delete(reject);
        });
      });
    },
    cancel() {
      for (const reject of waiting) reject(timeout());
      waiting.clear();
      controller.abort(timeout());
    },
    end: () => waiting.clear(),
  };
}

const timeout = () => new DomainError('TIMEOUT', 'The request took too long.');

/** Each read under way listens; Node would take more than ten for a leak. */
function manyHeard(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
