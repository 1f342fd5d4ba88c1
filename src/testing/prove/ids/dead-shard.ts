import { migrate } from '../../../database/migrate.ts';
import { createLog } from '../../../log/log.ts';
import { postQuery, randomAppName, type Gateway } from '../../gateway.ts';
import { startTestServers, type TestServers } from '../../servers/test-servers.ts';
import { spreadOf } from '../measures.ts';
import { onServer } from '../../database.ts';
import type { Check, ProofContext } from '../proof.ts';
import { signIn, type Stage } from '../stage.ts';

interface DeadShard {
  readonly links: number;
  /** The longest that a link of the dead shard may take to say so. */
  readonly ms: number;
}

interface Found {
  readonly code: string;
  readonly ms: number;
  readonly isFound: boolean;
  readonly error: string | undefined;
}

/** A machine that is busy is no outage. */
const patient = {
  REDIS_DEADLINE_MS: '5000',
  CONNECT_TIMEOUT_MS: '10000',
  POOL_WAIT_MS: '10000',
  REPLICA_SAMPLE_MS: '1000',
  REQUEST_DEADLINE_MS: '30000',
};

/** Links on two clusters, of which one is stopped: what do readers find whose caches are cold? */
export async function checkDeadShard(
  context: Pick<ProofContext, 'resources' | 'step' | 'signal'>,
  stage: Stage,
  { links, ms }: DeadShard,
): Promise<{ readonly checks: readonly Check[]; readonly figures: Readonly<Record<string, unknown>> }> {
  const clusters = await context.step('Two more clusters', () =>
    Promise.all([startShard(context), startShard(context)]),
  );
  const urls = clusters.map(({ databaseUrl }) => databaseUrl);
  const codes = await context.step(`${links} links`, async () =>
    makeLinks(await openGateway(stage, urls), links),
  );
  const [dying] = clusters;
  const lost = new Set(await codesIn(dying.databaseUrl));
  // Of apps of their own: nothing is cached.
  const reader = await openGateway(stage, urls);
  const alone = await openGateway(stage, urls.slice(0, 1));
  await context.step('One of them dies', async () => dying.primary?.kill());
  const found = await context.step('All links', () => readAll(reader, codes));
  const control = await context.step('Control: all on the dead one', () => readAll(alone, codes));
  const ofLost = found.filter(({ code }) => lost.has(code));
  const ofOthers = found.filter(({ code }) => !lost.has(code));
  const foundOfOthers = ofOthers.filter(({ isFound }) => isFound).length;
  const coded = ofLost.filter(({ error }) => error === 'UPSTREAM_UNAVAILABLE').length;
  const spread = spreadOf(ofLost.map((one) => one.ms));
  return {
    checks: [
      {
        what: 'links of the shard that lives, found while the other is dead',
        found: `${foundOfOthers} of ${ofOthers.length}`,
        must: 'all',
        holds: ofOthers.length > 0 && foundOfOthers === ofOthers.length,
        control: {
          found: `${control.filter(({ isFound }) => isFound).length} of ${control.length} where all lie on the dead one`,
          fails: control.every(({ isFound }) => !isFound),
        },
      },
      {
        what: 'links of the dead shard that say UPSTREAM_UNAVAILABLE, and the slowest of them',
        found: `${coded} of ${ofLost.length}, ${spread.max} ms (p50 ${spread.p50})`,
        must: `all, ≤ ${ms} ms`,
        holds: ofLost.length > 0 && coded === ofLost.length && spread.max <= ms,
      },
    ],
    figures: {
      links: codes.length,
      ofDeadShard: ofLost.length,
      unavailableMs: spread,
      foundMs: spreadOf(ofOthers.map((one) => one.ms)),
    },
  };
}

async function startShard({ resources }: Pick<ProofContext, 'resources'>): Promise<TestServers> {
  const servers = await resources.open(
    () => startTestServers({ replicas: 0 }),
    (opened) => opened.stop(),
  );
  await migrate(servers.databaseUrl, createLog({ level: 'silent' }));
  return servers;
}

const openGateway = (stage: Stage, shards: readonly string[]): Promise<Gateway> =>
  stage.gateway({ app: randomAppName(), env: { ...patient, DATABASE_SHARDS: shards.join(';') } });

async function makeLinks({ url }: Gateway, count: number): Promise<readonly string[]> {
  const token = await signIn(url, 'alice');
  return inTens(Array.from({ length: count }), async (_, place) => {
    const { data, errors } = await postQuery<{ createShortLink: { shortLink: { code: string } } }>(
      url,
      `mutation { createShortLink(input: { url: "https://example.com/${place}" }) { shortLink { code } } }`,
      { token },
    );
    const code = data?.createShortLink.shortLink.code;
    if (code === undefined) throw new Error(`no link was made: ${JSON.stringify(errors)}`);
    return code;
  });
}

async function codesIn(databaseUrl: string): Promise<readonly string[]> {
  const rows = await onServer<{ code: string }>(databaseUrl, 'SELECT code FROM links');
  return rows.map(({ code }) => code);
}

async function readAll({ url }: Gateway, codes: readonly string[]): Promise<readonly Found[]> {
  return inTens(codes, async (code) => {
    const startedAt = performance.now();
    const { data, errors } = await postQuery<{ shortLink: { code: string } | null }>(
      url,
      'query ($code: String!) { shortLink(code: $code) { code } }',
      { variables: { code } },
    );
    return {
      code,
      ms: performance.now() - startedAt,
      isFound: data?.shortLink?.code === code,
      error: errors[0]?.extensions.code,
    };
  });
}

/** Ten at once. */
async function inTens<Item, Result>(
  items: readonly Item[],
  work: (item: Item, place: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += 10) {
    const some = items.slice(start, start + 10);
    results.push(...(await Promise.all(some.map((item, place) => work(item, start + place)))));
  }
  return results;
}
