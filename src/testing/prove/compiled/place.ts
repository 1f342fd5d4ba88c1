import { migrate } from '../../../database/migrate.ts';
import { seededPassword } from '../../../dev/seed/users.ts';
import { createLog } from '../../../log/log.ts';
import { seedWorld, type Seeded } from '../../clients/seeded.ts';
import { randomAppName, startGateway } from '../../gateway.ts';
import { startTestServers } from '../../servers/test-servers.ts';
import type { ProofContext } from '../proof.ts';
import { untilReady } from '../stage.ts';
import type { Open } from './pair.ts';

/** Seeded servers, and gateways of one name over them. */
export interface Place {
  readonly seeded: Seeded;
  readonly open: Open;
}

const signInMutation =
  'mutation ($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }';
const stepUpMutation = 'mutation ($input: StepUpInput!) { stepUp(input: $input) { userErrors { code } } }';

export async function openPlace({ resources }: Pick<ProofContext, 'resources'>): Promise<Place> {
  const { databaseUrl, redisUrl } = await resources.open(
    () => startTestServers(),
    (opened) => opened.stop(),
  );
  await migrate(databaseUrl, createLog({ level: 'silent' }));
  const servers = { primaryUrl: databaseUrl, replicaUrls: [], redisUrl };
  const app = randomAppName();
  const open: Open = async (options) => {
    const gateway = await resources.open(
      () => startGateway({ ...options, servers, app }),
      (opened) => opened.close(),
    );
    await untilReady(gateway.url);
    return gateway;
  };
  const gateway = await open({ env: { REDIS_DEADLINE_MS: '5000' } });
  const seeded = await seedWorld({
    database: { primaryUrl: databaseUrl, replicated: () => Promise.resolve() },
    gateway,
    signIn: (username, password) =>
      gateway.query(signInMutation, { variables: { input: { username, password } } }),
  });
  // The bank is open to her too.
  await gateway.query(stepUpMutation, {
    variables: { input: { password: seededPassword } },
    token: seeded.tokens.alice,
  });
  return { seeded, open };
}
