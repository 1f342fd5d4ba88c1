import { mostAdvanced, promote, repoint } from '../postgres/replica-control.ts';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import { StackProblem } from '../processes/stack-problem.ts';

/**
 * What an operator, or Patroni, does when the primary is gone: promotes the replica that has most of the log, and lets the
 * others follow it. Resolves to the new primary; gateways find it by themselves. Servers that do not run are left out.
 */
export async function promoteBest(replicas: readonly PostgresServer[]): Promise<PostgresServer> {
  const heir = await mostAdvanced(replicas);
  if (heir === undefined) throw new StackProblem('No replica runs that could be promoted.');
  await promote(heir);
  const others = replicas.filter((replica) => replica !== heir && replica.isRunning());
  await Promise.all(others.map((replica) => repoint(replica, heir)));
  return heir;
}
