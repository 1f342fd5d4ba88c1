const DEFAULT_EVERY_MS = 250;

/**
 * Calls `onGone` once when the process that started us is gone. Only under npm, which passes no signal on when it
 * is killed itself; elsewhere an orphan may well be wanted (nohup, a service). Returns a function that ends the watch.
 */
export function watchParent(onGone: () => void, { everyMs = DEFAULT_EVERY_MS } = {}): () => void {
  if (process.env['npm_lifecycle_event'] === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
