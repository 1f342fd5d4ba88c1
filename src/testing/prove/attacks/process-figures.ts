import type { MortalGateway } from '../child-gateway.ts';
import { pause } from '../stage.ts';

/** What a gateway's process says of itself. */
export interface ProcessFigures {
  readonly cpuMs: number;
  readonly residentMb: number;
  /** Of memory in use. */
  readonly heapMb: number;
  /** By how much a turn of the event loop was late, since the last look; 99 of 100. */
  readonly delayMs: number;
}

const collectsMs = 300;

/** The metrics of the default set; `collect` has the garbage collected first. */
export async function figuresOf({ url, signal }: MortalGateway, collect = false): Promise<ProcessFigures> {
  if (collect) {
    signal('SIGUSR2');
    await pause(collectsMs);
  }
  const text = await (await fetch(`${url}/metrics`)).text();
  const metric = (name: string) =>
    Number(new RegExp(`^gateway_${name} (.*)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    cpuMs: 1_000 * metric('process_cpu_seconds_total'),
    residentMb: metric('process_resident_memory_bytes') / 2 ** 20,
    heapMb: metric('nodejs_heap_size_used_bytes') / 2 ** 20,
    delayMs: 1_000 * metric('nodejs_eventloop_lag_p99_seconds'),
  };
}
