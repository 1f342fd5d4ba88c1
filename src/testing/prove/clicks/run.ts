import { seededRandom } from '../../../clock/random.ts';
import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import { randomAppName } from '../../gateway.ts';
import { startMortalGateway, type MortalGateway } from '../child-gateway.ts';
import type { ProofContext } from '../proof.ts';
import type { Generator } from '../redirects/generator.ts';
import type { Load } from '../redirects/load.ts';
import { pause, type Stage } from '../stage.ts';
import { watchGathering } from './gathered.ts';

/** What came of clicks through two gateways, one of which was killed meanwhile. */
export interface Counted {
  /** Redirects that the client has got. */
  readonly answered: number;
  /** Asked for, and not answered because the gateway was killed. */
  readonly unanswered: number;
  /** Of those answered, by the one that was killed. */
  readonly byKilled: number;
  /** Of those, what came after its last batch but one had come to Redis; the last one was taken after that. */
  readonly lately: number;
  /** Clicks that came to Redis. */
  readonly reached: number;
  /** Clicks in Postgres when all is over. */
  readonly counted: number;
}

interface Scene {
  readonly stage: Stage;
  readonly codes: readonly string[];
  readonly generators: readonly [Generator, Generator];
  readonly requests: number;
  /** Differs from others in its gateways. */
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
}

const connections = 16;
const crawler = ['User-Agent: warming bot'];
const endsWithinMs = 60_000;

export async function countClicks(
  context: Pick<ProofContext<'alive'>, 'resources' | 'seed' | 'options'>,
  { stage, codes, generators: [one, other], requests, name, env = {} }: Scene,
): Promise<Counted> {
  const app = randomAppName();
  await withAdmin(stage.servers.primaryUrl, (client) => client.query('DELETE FROM link_clicks'));
  const gathered = await watchGathering(stage.servers.redisUrl, app, context.resources);
  const start = (part: string) =>
    startMortalGateway(context, stage, {
      name: `${name}-${part}`,
      app,
      program: 'src/testing/prove/clicks/clicking-gateway.ts',
      // A machine that is busy is no outage.
      env: { ROLES: 'http', REDIS_DEADLINE_MS: '5000', POOL_WAIT_MS: '5000', ...env },
    });
  const [surviving, doomed] = await Promise.all([start('surviving'), start('doomed')]);
  const job = (gateway: MortalGateway) => ({
    port: Number(new URL(gateway.url).port),
    connections,
    paths: codes,
  });

  // From memory from the first click on. Crawlers are not counted.
  const warmUp = { headers: crawler, requests: 2 * codes.length };
  await Promise.all([one.run({ ...job(surviving), ...warmUp }), other.run({ ...job(doomed), ...warmUp })]);

  const aliveMs = Math.ceil(((1 + 3 * seededRandom(context.seed)()) * context.options.alive) / 4);
  const [first, killed] = await Promise.all([
    one.run({ ...job(surviving), ms: aliveMs }),
    other.run({ ...job(doomed), ms: endsWithinMs }),
    pause(aliveMs).then(doomed.kill),
  ]);
  const left = requests - redirectsOf(first) - redirectsOf(killed);
  const rest = left > 0 ? await one.run({ ...job(surviving), requests: left }) : undefined;
  // It brings its clicks to Postgres, and what the other has left in Redis.
  await surviving.stop();

  const chunks =
    [...gathered.cameAt().values()].toSorted((a, b) => (a.at(-1) ?? 0) - (b.at(-1) ?? 0))[0] ?? [];
  const loads = [first, killed, ...(rest === undefined ? [] : [rest])];
  const answered = loads.reduce((all, load) => all + redirectsOf(load), 0);
  return {
    answered,
    unanswered: killed.lost,
    byKilled: redirectsOf(killed),
    lately: answersSince(killed, chunks.at(-2) ?? 0),
    reached: gathered.clicks(),
    counted: await countIn(stage),
  };
}

const redirectsOf = ({ statuses }: Load): number => statuses['302'] ?? 0;

const answersSince = ({ cameAt }: Load, since: number): number =>
  cameAt.reduce((all, [at, answers]) => all + (at >= Math.floor(since) ? answers : 0), 0);

async function countIn({ servers }: Stage): Promise<number> {
  return withAdmin(servers.primaryUrl, async (client) => {
    const { rows } = await client.query<{ clicks: string }>(
      'SELECT coalesce(sum(clicks), 0)::text AS clicks FROM link_clicks',
    );
    return Number(rows[0]?.clicks);
  });
}
