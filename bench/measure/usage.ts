/** What a process has used, as `peers/usage.ts` in it says. */
export interface Usage {
  readonly pid: number;
  /** Of processors, of all its threads, in and for it; since its start. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

/** Of several processes together. */
export async function usageOf(processes: readonly { readonly usage: () => Promise<Usage> }[]) {
  const all = await Promise.all(processes.map(({ usage }) => usage()));
  const sum = (of: (usage: Usage) => number) => all.reduce((whole, usage) => whole + of(usage), 0);
  return { cpuMicros: sum(({ cpuMicros }) => cpuMicros), rssBytes: sum(({ rssBytes }) => rssBytes) };
}

export async function readUsage(port: number): Promise<Usage> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(10_000) });
  return (await response.json()) as Usage;
}
