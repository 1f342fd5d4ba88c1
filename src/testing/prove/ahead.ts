/** More are not started at once: they share the machine with what is measured. */
const most = 3;

/** So many things that take long to start, one after the other, each started while those before it are used. */
export function createAhead<T>(
  start: (index: number) => Promise<T>,
  count: number,
): { readonly next: () => Promise<T> } {
  const ready: Promise<T>[] = [];
  let started = 0;
  function startNext(): void {
    if (started === count) return;
    const starting = start(started);
    started += 1;
    // Told to whoever takes it.
    starting.catch(() => undefined);
    ready.push(starting);
  }
  for (let times = 0; times < most; times += 1) startNext();
  return {
    async next() {
      const first = ready.shift();
      if (first === undefined) throw new Error(`there are only ${count} of them`);
      startNext();
      return first;
    },
  };
}
