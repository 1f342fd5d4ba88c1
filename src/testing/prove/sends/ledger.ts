import { createLog } from '../../../log/log.ts';
import { systemClock } from '../../../clock/clock.ts';
import { createMetrics } from '../../../metrics/metrics.ts';
import { createRedis } from '../../../redis/redis.ts';
import type { RedisReply } from '../../../redis/script.ts';
import { onServer } from '../../database.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';
import type { Receiver } from './receivers.ts';

/** What is recorded of a user’s notifications that are not refused. */
export interface Passed {
  readonly mails: number;
  /** By whatever channel. */
  readonly adverts: number;
  readonly texts: number;
  /** Push messages but adverts, which have no quota. */
  readonly pushes: number;
  readonly all: number;
  /** Jobs that wait for them. */
  readonly jobs: number;
}

/** What Redis has counted for a user. */
export type Consumed = Pick<Passed, 'mails' | 'adverts' | 'texts'>;

export interface Ledger {
  readonly passed: (to: Receiver) => Promise<Passed>;
  readonly consumed: (app: string, to: Receiver) => Promise<Consumed>;
}

const counters = ['#email', '#promotional', '#sms'];

export async function openLedger(context: Pick<ProofContext, 'resources'>, stage: Stage): Promise<Ledger> {
  const redis = await context.resources.open(
    () =>
      Promise.resolve(
        createRedis({
          url: stage.servers.redisUrl,
          role: 'state',
          clock: systemClock,
          metrics: createMetrics(),
          log: createLog({ level: 'silent' }),
          settings: { deadlineMs: 10_000 },
        }),
      ),
    (opened) => opened.close(),
  );
  await redis.untilUp(10_000);

  return {
    async passed({ key }) {
      const [row] = await onServer<Passed>(
        stage.servers.primaryUrl,
        `SELECT count(*) FILTER (WHERE channel = 'EMAIL')::int AS mails,
           count(*) FILTER (WHERE category = 'PROMOTIONAL')::int AS adverts,
           count(*) FILTER (WHERE channel = 'SMS')::int AS texts,
           count(*) FILTER (WHERE channel = 'PUSH' AND category <> 'PROMOTIONAL')::int AS pushes,
           count(*)::int AS "all", count(job.id)::int AS jobs
         FROM notifications n LEFT JOIN graphile_worker.jobs job ON job.key = 'notification:' || n.id
         WHERE user_id = $1 AND status NOT IN ('SUPPRESSED', 'FAILED')`,
        [key],
      );
      if (row === undefined) throw new Error('nothing was counted');
      return row;
    },

    async consumed(app, { key }) {
      const [keys] = await redis.batch([['keys', `${app}:quota:{${key}}:*`]]);
      const [hash = ''] = strings(keys);
      const [values] = await redis.batch([['hmget', hash, ...counters]]);
      const [mails = 0, adverts = 0, texts = 0] = strings(values).map(Number);
      return { mails, adverts, texts };
    },
  };
}

/** What is not there is an empty one. */
function strings(reply: RedisReply | undefined): readonly string[] {
  if (reply === undefined || reply instanceof Error || !isList(reply)) throw new Error('Redis does not tell');
  return reply.map((each) => (typeof each === 'string' ? each : ''));
}

const isList = (reply: RedisReply): reply is readonly RedisReply[] => Array.isArray(reply);
