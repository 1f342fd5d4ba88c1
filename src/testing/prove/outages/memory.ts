import { randomAppName } from '../../gateway.ts';
import { startMortalGateway } from '../child-gateway.ts';
import { rounded } from '../measures.ts';
import type { Check } from '../proof.ts';
import type { Resources } from '../resources.ts';
import { pause } from '../stage.ts';
import { startLoad } from './load.ts';
import type { Scene } from './scene.ts';

/** What a gateway's process holds, in MB. */
export interface Memory {
  /** After a collection of garbage. */
  readonly heap: number;
  readonly resident: number;
}

export interface MemoryWatch {
  /** Before and after so many ms of load. */
  over(ms: number): Promise<{ readonly start: Memory; readonly end: Memory; readonly requests: number }>;
}

const clients = 4;
const pauseMs = 5;
const warmUpMs = 1_000;
const settleMs = 300;
const mostHeapMb = 8;
const mostResidentMb = 64;

const preload = 'src/testing/prove/outages/collect-on-signal.ts';

/** A gateway as it runs in production, under load, behind the same link to Redis as the scene's first. */
export async function openMemoryWatch(
  { stage, links, subject, context }: Scene,
  resources: Resources,
  { keeps = false }: { readonly keeps?: boolean } = {},
): Promise<MemoryWatch> {
  const gateway = await startMortalGateway({ resources }, stage, {
    name: keeps ? 'gateway-that-keeps' : 'gateway-watched',
    app: randomAppName(),
    servers: { ...stage.servers, redisUrl: links.redis[0].through(stage.servers.redisUrl) },
    nodeArguments: ['--expose-gc'],
    preload,
    // Without this the process has no figures of its own to show.
    env: { NODE_ENV: 'production', ...(keeps && { KEEP_REQUESTS: 'true' }) },
  });
  // Only while it is watched: others on the machine have requests to answer, too.
  const startClients = () =>
    startLoad({
      urls: Array.from({ length: clients }, () => gateway.url),
      subject,
      pauseMs,
      seed: context.seed,
    });

  async function memory(): Promise<Memory> {
    gateway.signal('SIGUSR2');
    await pause(settleMs);
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const megabytes = (name: string) =>
      rounded(Number(new RegExp(`^gateway_${name} (\\S+)$`, 'm').exec(text)?.[1]) / 2 ** 20);
    return {
      heap: megabytes('nodejs_heap_size_used_bytes'),
      resident: megabytes('process_resident_memory_bytes'),
    };
  }

  return {
    async over(ms) {
      const load = await startClients();
      try {
        await pause(warmUpMs);
        const since = performance.now();
        const start = await memory();
        await pause(ms);
        context.signal.throwIfAborted();
        return { start, end: await memory(), requests: load.seenSince(since).ms.count };
      } finally {
        await load.stop();
      }
    },
  };
}

type Watched = Awaited<ReturnType<MemoryWatch['over']>>;

const grownBy = ({ start, end }: Watched) => ({
  heap: rounded(end.heap - start.heap),
  resident: rounded(end.resident - start.resident),
});

/** Flat: what is held for requests is given up with them. */
export function isFlat(name: string, watched: Watched, control?: Watched): readonly Check[] {
  const grown = grownBy(watched);
  const kept = control && grownBy(control);
  return [
    {
      what: `${name}: heap after ${watched.requests} requests`,
      found: `${grown.heap} MB more than ${watched.start.heap}`,
      must: `≤ ${mostHeapMb} MB more`,
      holds: grown.heap <= mostHeapMb,
      ...(kept && {
        control: {
          found: `${kept.heap} MB more after ${control.requests} of a gateway that keeps its requests`,
          fails: kept.heap > mostHeapMb,
        },
      }),
    },
    {
      what: `${name}: resident memory then`,
      found: `${grown.resident} MB more than ${watched.start.resident}`,
      must: `≤ ${mostResidentMb} MB more`,
      holds: grown.resident <= mostResidentMb,
    },
  ];
}
