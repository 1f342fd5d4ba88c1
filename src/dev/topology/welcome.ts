import type { Stack } from '../stack.ts';
import { seededLogins, seededPassword } from '../seed/users.ts';
import { orders } from './orders.ts';
import type { Topology } from './topology.ts';

/** What is printed once everything runs. */
export function topologyWelcome(
  { url, gateways, workers, cluster, stack }: Topology,
  dataDir: string,
  tookMs: number,
): string {
  const masters = cluster.servers.filter(({ slots }) => slots !== undefined);
  const replicas = cluster.servers.filter(({ slots }) => slots === undefined);
  const row = (what: string, all: readonly string[]) => `  ${what.padEnd(18)} ${all.join('  ')}`;
  const processes = (all: Topology['gateways']) => all.map((each) => `${each.address} (pid ${each.pid()})`);
  const pidOf = (server: Stack['primary']) => (server === undefined ? '' : ` (pid ${server.pid()})`);
  const servers = (all: Topology['cluster']['servers']) =>
    all.map((each) => `127.0.0.1:${each.port} (pid ${each.pid()})`);
  return [
    '',
    `  The topology is up after ${(tookMs / 1000).toFixed(1)} s.`,
    '',
    row('GraphQL (nginx)', [`${url}/graphql`]),
    row('Gateways', processes(gateways)),
    row('Workers', processes(workers)),
    row(
      'Metrics',
      [...gateways, ...workers].map((each) => `${each.url}/metrics`),
    ),
    row('Redis masters', servers(masters)),
    row('      replicas', servers(replicas)),
    row('Redis for state', [stack.redisUrl]),
    row('Postgres primary', [`${stack.databaseUrl}${pidOf(stack.primary)}`]),
    row(
      '         replicas',
      stack.replicas.map((each, index) => `${stack.replicaUrls[index] ?? ''}${pidOf(each)}`),
    ),
    row('Logs', [`${dataDir}/*.log`]),
    '',
    `  Sign in as ${seededLogins.join(', ')}; the password is \`${seededPassword}\`.`,
    ...Object.entries(orders).map(([order, about]) => `  Type \`${order}\`, and it ${about}.`),
    '  Kill what you like. Ctrl-C stops everything.',
    '',
    '',
  ].join('\n');
}
