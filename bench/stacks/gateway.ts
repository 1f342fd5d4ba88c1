import { pathToFileURL } from 'node:url';
import { freePort } from '../../src/dev/processes/free-port.ts';
import { startChildGateway } from '../../src/testing/prove/child-gateway.ts';
import { readUsage } from '../measure/usage.ts';
import { compiledPeer } from './compiled-peers.ts';
import { nodeFlags } from './node-flags.ts';
import type { Started, StartNeeds } from './stack.ts';

/** As it ships, but for what would refuse the load of one machine: that is a test of the limits, not of the speed. */
const environment = {
  NODE_ENV: 'production',
  ROLES: 'http',
  MAX_COST: '50',
  // Points are counted and told as ever; there are only more of them.
  RATE_LIMIT: '1000000000',
  MAX_LIVE_CONNECTIONS_PER_ADDRESS: '1000',
  // A busy machine is no outage, and who waits for a connection is not sent away.
  POOL_QUEUE: '10000',
  ...{ REDIS_DEADLINE_MS: '5000', POOL_WAIT_MS: '20000', REQUEST_DEADLINE_MS: '20000' },
} as const;

/** One in which every read goes past its cache, and no answer is given twice. */
const pastCache = {
  program: 'src/testing/prove/targets/past-cache-gateway.ts',
  env: { RESPONSE_CACHE_MB: '0' },
} as const;

/** A gateway in a process of its own. */
export async function startGateway({
  stage,
  resources,
  name,
  app,
  temperature,
}: StartNeeds): Promise<Started> {
  const { env, ...program } = temperature === 'cold' ? pastCache : { env: {} };
  const usagePort = await freePort();
  const url = await startChildGateway({ resources }, stage, {
    name: name.replaceAll(' ', '-'),
    app,
    env: { ...environment, ...env, USAGE_PORT: String(usagePort) },
    nodeArguments: [...nodeFlags, '--import', pathToFileURL(await compiledPeer('usage')).href],
    ...program,
  });
  return { url, node: process.version, usage: () => readUsage(usagePort) };
}
