/** What a process has used, as `peers/usage.ts` in it says. */
export interface Usage {
  readonly pid: number;
  /** Of processors, of all its threads, in and for it; since its start. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

export async function readUsage(port: number): Promise<Usage> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(10_000) });
  return (await response.json()) as Usage;
}
