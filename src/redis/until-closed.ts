import type { Cancel, Clock } from '../clock/clock.ts';
import type { BreakerState } from './breaker.ts';

interface Watched {
  state(): BreakerState;
  onChange(listener: (state: BreakerState) => void): Cancel;
}

/** Resolves to whether calls pass, as soon as they do or after `ms`. */
export function untilClosed(clock: Clock, watched: Watched, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (watched.state() === 'closed') {
      resolve(true);
      return;
    }
    const finish = (isClosed: boolean) => {
      stopWaiting();
      stopListening();
      resolve(isClosed);
    };
    const stopWaiting = clock.after(ms, () => finish(false));
    const stopListening = watched.onChange((state) => {
      if (state === 'closed') finish(true);
    });
  });
}
