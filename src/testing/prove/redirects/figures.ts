/** What a process says of itself at `/metrics`. */
export interface Figures {
  /** Seconds of a processor that it has used. */
  readonly cpuSeconds: number;
  /** Links that were looked for, by where they were found: `l1`, `redis` or `source`. */
  readonly found: Readonly<Record<string, number>>;
}

const answeredBy: readonly string[] = ['hit', 'absent', 'stale', 'loaded', 'uncached'];

export async function readFigures(url: string): Promise<Figures> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  const found: Record<string, number> = {};
  for (const [, labels = '', value] of text.matchAll(/^gateway_cache_reads_total\{([^}]*)\} (\d+)/gm)) {
    const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (label('policy') !== 'link' || !answeredBy.includes(label('outcome'))) continue;
    found[label('tier')] = (found[label('tier')] ?? 0) + Number(value);
  }
  const cpuSeconds = Number(/^gateway_process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
  return { cpuSeconds, found };
}

export const since = (after: Figures, before: Figures): Figures => ({
  cpuSeconds: after.cpuSeconds - before.cpuSeconds,
  found: Object.fromEntries(
    Object.entries(after.found).map(([tier, count]) => [tier, count - (before.found[tier] ?? 0)]),
  ),
});
