import type { Check } from '../proof.ts';
import { describeHits, hitPercent } from '../targets/keys-read.ts';
import type { Option } from './place.ts';
import type { Roles } from './roles.ts';
import type { Warming } from './warming.ts';

type Options = Readonly<Record<Option, number>>;

/** What is popular is asked for so often: that many of the keys must be there at first. */
const leastAtFirst = 70;
/** Of popular products, a few may have come into the list since. */
const leastPopular = 98;
const mostLoadedOf = 0.6;
/**
 * So much longer a request may take at the 99th percentile while all is loaded, ms: than afterwards, or than in the same time
 * without warming, for the flush itself is no fault of it.
 */
const mostMoreMs = 100;
/** As documented: workers look for a place twice in a second or once, and free the jobs of those gone for 2.5 s; ms. */
const takeOverMs = { log: 2_000, chores: 2_500, queue: 5_000 } as const;
/** Clicks are gathered for 5 s. */
const clicksMs = 7_000;

export function warmingChecks(warm: Warming, cold: Warming, { requests, slack }: Options): readonly Check[] {
  const { restart, flush } = warm;
  const [afterwards, without] = [flush.afterwards.ms.p99, cold.flush.meanwhile.ms.p99];
  const bound = Math.max(afterwards, without) + mostMoreMs * slack;
  const most = Math.floor(mostLoadedOf * cold.restart.loaded);
  return [
    {
      what: `Restart with an empty Redis: keys of the first ${requests} requests that were in the cache`,
      found: describeHits(restart.keys),
      must: `≥ ${leastAtFirst} %`,
      holds: hitPercent(restart.keys) >= leastAtFirst,
      control: {
        found: `${hitPercent(cold.restart.keys)} % without warming`,
        fails: hitPercent(cold.restart.keys) < leastAtFirst,
      },
    },
    {
      what: `Keys that the gateway read from Postgres for them, beside ${restart.beforehand} of the worker before`,
      found: String(restart.loaded),
      must: `≤ ${most}, ${100 * mostLoadedOf} % of the control`,
      holds: restart.loaded <= most,
      control: {
        found: `${cold.restart.loaded} without warming`,
        fails: cold.restart.loaded > most,
      },
    },
    {
      what: 'Redis emptied under load: popular products that are there again',
      found: `${hitPercent(flush.popular)} %, warm after ${Math.round(flush.warmMs ?? 0)} ms`,
      must: `≥ ${leastPopular} %`,
      holds: hitPercent(flush.popular) >= leastPopular,
      control: {
        found: `${hitPercent(cold.flush.popular)} % by what was asked for alone`,
        fails: hitPercent(cold.flush.popular) < leastPopular,
      },
    },
    {
      what: 'p99 of a request meanwhile',
      found: `${flush.meanwhile.ms.p99} ms; without warming ${without} ms, afterwards ${afterwards} ms`,
      must: `≤ ${Math.round(bound)} ms, ${mostMoreMs * slack} ms above the slower of the others`,
      holds: flush.meanwhile.ms.p99 <= bound,
    },
    {
      what: 'Requests that failed meanwhile and afterwards',
      found: String(flush.meanwhile.faults.length + flush.afterwards.faults.length),
      must: '0',
      holds: flush.meanwhile.faults.length + flush.afterwards.faults.length === 0,
    },
  ];
}

export function roleChecks(roles: Roles, { slack }: Options): readonly Check[] {
  const { requests, withoutWorker, gatewayKilled } = roles;
  const list = (names: readonly string[]) => (names.length === 0 ? 'nothing' : names.join(', '));
  const watched = `within ${Math.round(withoutWorker.forMs)} ms without a second worker`;
  return [
    {
      what: 'What only workers do, done by a process that answers',
      found: list(roles.httpAlone),
      must: 'nothing',
      holds: roles.httpAlone.length === 0,
      control: { found: `${list(roles.bothRoles)} with both roles`, fails: roles.bothRoles.length > 0 },
    },
    {
      what: `Requests that failed, of ${requests.ms.count}, while two workers were killed`,
      found: String(requests.faults.length),
      must: '0',
      holds: requests.faults.length === 0,
      control: {
        found: `${gatewayKilled.faults.length} of ${gatewayKilled.ms.count} where the gateway is killed`,
        fails: gatewayKilled.faults.length > 0,
      },
    },
    ...(['log', 'chores', 'queue'] as const).map((work) => ({
      what: `The worker that leads is killed: ${what[work]} after`,
      ...within(roles.tookOver[work], takeOverMs[work] * slack),
      control: {
        found: `${withoutWorker.takenOver.includes(work) ? 'by somebody' : 'by nobody'} ${watched}`,
        fails: !withoutWorker.takenOver.includes(work),
      },
    })),
    {
      what: 'Its clicks in Postgres after',
      ...within(roles.clicksCameAfter, clicksMs * slack),
      control: {
        found: `${withoutWorker.clicksCame ? 'some' : 'none'} ${watched}`,
        fails: !withoutWorker.clicksCame,
      },
    },
    {
      what: 'Clicks in Postgres once a worker is there again',
      found: `${roles.clicks.counted} of ${roles.clicks.followed}`,
      must: 'all, once',
      holds: roles.clicks.counted === roles.clicks.followed,
    },
  ];
}

const what = {
  log: 'the other follows the log',
  chores: 'the other does the chores',
  queue: 'its jobs are free',
} as const;

const within = (ms: number | undefined, most: number): Pick<Check, 'found' | 'must' | 'holds'> => ({
  found: ms === undefined ? 'never' : `${Math.round(ms)} ms`,
  must: `≤ ${most} ms`,
  holds: ms !== undefined && ms <= most,
});
