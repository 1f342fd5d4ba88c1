import { rm } from 'node:fs/promises';
import { environment } from '../../config/environment.ts';
import { createLog } from '../../log/log.ts';
import { onStopSignal } from '../../stop-signal.ts';
import { removeAbandoned } from '../processes/abandoned-folders.ts';
import { makeTemporaryFolder } from '../processes/reachable-folder.ts';
import { findServiceUser } from '../processes/service-user.ts';
import { StackProblem } from '../processes/stack-problem.ts';
import { watchParent } from '../processes/watch-parent.ts';
import { createProgress } from '../progress.ts';
import { createOrders, listenForOrders } from './orders.ts';
import { startTopology, type Topology } from './topology.ts';
import { topologyWelcome } from './welcome.ts';

/** Long enough for gateways that drain, and then for the servers. */
const stopWithinSeconds = 60;
const prefix = 'tributary-topology-';
/** Seen, but in nobody's way who tries things out. */
const rateLimit = '10000';

/** `npm run topology`: all that is shipped, without containers, on 127.0.0.1. */
async function start(): Promise<void> {
  const startedAt = performance.now();
  const port = readPort(environment['TOPOLOGY_PORT']);
  const progress = createProgress();
  const dataDir = await makeTemporaryFolder(prefix, await findServiceUser());
  await removeAbandoned(dataDir, prefix);
  const stopped = new AbortController();
  let starting: Promise<Topology> | undefined;
  const end = onStopSignal({
    log: createLog({ level: 'warn' }),
    withinSeconds: stopWithinSeconds,
    async stop() {
      stopped.abort();
      const topology = await starting?.catch(() => undefined);
      await topology?.stop();
      await removeFolder(dataDir);
    },
  });
  // A signal to npm alone never reaches us.
  watchParent(() => end('npm is gone'));
  try {
    starting = startTopology({
      ...{ dataDir, port, signal: stopped.signal, onProgress: progress.report },
      env: { RATE_LIMIT: rateLimit },
    });
    const topology = await starting;
    progress.close();
    // Its servers do not keep it running.
    setInterval(() => undefined, 60_000);
    process.stdout.write(topologyWelcome(topology, dataDir, Math.round(performance.now() - startedAt)));
    listenForOrders(createOrders(topology));
  } catch (error) {
    progress.close();
    // Who was told to end removes the folder, and says how it went.
    if (stopped.signal.aborted) return;
    await removeFolder(dataDir);
    throw error;
  }
}

const removeFolder = (dataDir: string) => rm(dataDir, { recursive: true, force: true, maxRetries: 3 });

function readPort(text: string | undefined): number | undefined {
  if (text === undefined || text === '' || text === '0') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StackProblem('TOPOLOGY_PORT must be a whole number from 0 to 65535.');
}

start().catch((error: unknown) => {
  const text = error instanceof Error ? (error instanceof StackProblem ? error.message : error.stack) : error;
  process.stderr.write(`${String(text)}\n`);
  process.exit(1);
});
