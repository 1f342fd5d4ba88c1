import type { Counter } from 'prom-client';

/** What was counted and the counter has not learnt yet. */
const open = new WeakMap<object, Set<() => void>>();

/**
 * Counts one of a series up without a look at its labels, which would take most of a microsecond each time. The counter
 * learns of it when it is read, so it must have been made with `settle` as its `collect`.
 */
export function tallyOf<Label extends string>(
  counter: Counter<Label>,
  labels: Readonly<Partial<Record<Label, string | number>>>,
): () => void {
  let count = 0;
  const tallies = open.get(counter) ?? new Set();
  open.set(counter, tallies);
  tallies.add(() => {
    if (count > 0) counter.inc(labels, count);
    count = 0;
  });
  return () => {
    count += 1;
  };
}

/** For a counter's `collect`. */
export function settle(this: object): void {
  for (const tell of open.get(this) ?? []) tell();
}
