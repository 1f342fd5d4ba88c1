import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import { createTokens, type Claims } from '../../auth/tokens.ts';
import { systemClock } from '../../clock/clock.ts';
import { onServer } from '../database.ts';
import { testTokenSecret, type Gateway } from '../gateway.ts';
import { signIn, type Stage } from './stage.ts';

/** What tokens cost: round trips as the gateway counts them, and what the servers saw of it. */
export interface TokenTrials {
  readonly bad: Trial;
  readonly good: Trial;
}

interface Trial {
  readonly tried: number;
  readonly refused: number;
  readonly counted: Load;
  readonly seen: Load;
}

export interface Load {
  readonly redis: number;
  readonly postgres: number;
}

const hourMs = 3_600_000;

/** Needs servers that nobody else uses meanwhile. */
export async function tryBadTokens(stage: Stage): Promise<TokenTrials> {
  // Without samples of the nodes' positions and without heartbeats, whatever is sent is due to a request.
  const gateway = await stage.gateway({
    env: { REPLICA_SAMPLE_MS: String(hourMs) },
    overrides: { cacheSettings: { heartbeatMs: hourMs } },
  });
  const redis = new Redis(stage.servers.redisUrl);
  try {
    const token = await signIn(gateway.url, 'alice');
    const bad = await tryTokens(stage, gateway, redis, await badTokens(token));
    const good = await tryTokens(stage, gateway, redis, [token]);
    return { bad, good };
  } finally {
    redis.disconnect();
    await gateway.close();
  }
}

async function tryTokens(
  { servers }: Stage,
  gateway: Gateway,
  redis: Redis,
  tokens: readonly string[],
): Promise<Trial> {
  const before = { commands: await commandsSeen(redis), backends: await backendsSeen(servers) };
  const { result, counts } = await gateway.counting(() =>
    Promise.all(tokens.map((token) => gateway.query('{ viewer { username } }', { token }))),
  );
  const refused = result.filter(
    ({ status, errors }) => status === 401 && errors[0]?.extensions.code === 'UNAUTHENTICATED',
  );
  const after = { commands: await commandsSeen(redis), backends: await backendsSeen(servers) };
  const sum = (record: Readonly<Record<string, number>>) =>
    Object.values(record).reduce((total, count) => total + count, 0);
  return {
    tried: tokens.length,
    refused: refused.length,
    counted: { redis: sum(counts.redis), postgres: sum(counts.postgres) },
    seen: {
      redis: after.commands - before.commands,
      postgres: [...after.backends].filter((backend) => !before.backends.has(backend)).length,
    },
  };
}

/** Heartbeats and probes go on by themselves; INFO is ours. */
const ownCommands = new Set(['publish', 'ping', 'info', 'subscribe', 'hello', 'client']);

async function commandsSeen(redis: Redis): Promise<number> {
  const stats = await redis.info('commandstats');
  return [...stats.matchAll(/^cmdstat_([^|:]+)[^:]*:calls=(\d+)/gm)]
    .filter(([, name = '']) => !ownCommands.has(name))
    .reduce((sum, [, , calls]) => sum + Number(calls), 0);
}

/** Each of the gateway's connections with the start of its latest statement: a new member is a statement seen. */
async function backendsSeen({ primaryUrl, replicaUrls }: Stage['servers']): Promise<ReadonlySet<string>> {
  const rows = await Promise.all(
    [primaryUrl, ...replicaUrls].map((url) =>
      onServer<{ backend: string }>(
        url,
        `SELECT pid || ' ' || query_start AS backend FROM pg_stat_activity WHERE application_name = 'tributary'`,
      ),
    ),
  );
  return new Set(rows.flat().map(({ backend }) => backend));
}

async function badTokens(token: string): Promise<readonly string[]> {
  const ours = createTokens({ secret: testTokenSecret, clock: systemClock });
  const theirs = createTokens({ secret: 'a-secret-that-somebody-else-made-up', clock: systemClock });
  const claims = await ours.verify(token);
  const inAnHour = new Date(Date.now() + hourMs);
  const [header = '', payload = '', signature = ''] = token.split('.');
  const otherFirst = signature.startsWith('A') ? 'B' : 'A';
  return [
    `${header}.${payload}.${otherFirst}${signature.slice(1)}`,
    `${header}.${encode({ ...decode(payload), sub: '999' })}.${signature}`,
    `${encode({ alg: 'none' })}.${payload}.x`,
    await theirs.sign(claims, inAnHour),
    await ours.sign(claims, new Date(Date.now() - 60_000)),
    await ours.sign({ userId: '1 OR true', sessionId: claims.sessionId }, inAnHour),
    await signedElsewhere(claims, inAnHour),
    'garbage',
    'a.b.c',
    `${header}.${payload}.${'x'.repeat(4_000)}`,
  ];
}

/** The right key in the wrong hands: another service that shares it. */
async function signedElsewhere({ userId, sessionId }: Claims, expiresAt: Date): Promise<string> {
  return new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('another-service')
    .setSubject(userId)
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(testTokenSecret));
}

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
