/** The only door to wall time and timers; tests pass a fake one. All durations are in milliseconds. */
export interface Clock {
  /** Epoch milliseconds; may step when the machine's clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary start; never steps back. */
  monotonic(): number;
  sleep(ms: number): Promise<void>;
  /** Runs `task` once, `ms` from now, unless the returned function is called first. Does not keep the process alive. */
  after(ms: number, task: () => void): Cancel;
  /** Runs `task` every `ms` until the returned function is called. Does not keep the process alive. */
  every(ms: number, task: () => void): Cancel;
  /**
   * Resolves after the event loop has polled its sockets once. Node runs timers before it reads sockets, so after a
   * blocked loop a timer fires although the awaited reply already lies in the socket's buffer.
   */
  afterPoll(): Promise<void>;
}

export type Cancel = () => void;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(ms, task) {
    const timer = setInterval(task, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  afterPoll: () =>
    new Promise((resolve) => {
      setImmediate(resolve);
    }),
};
