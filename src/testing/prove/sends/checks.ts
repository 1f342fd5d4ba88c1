import type { Check } from '../proof.ts';
import type { Consumed, Passed } from './ledger.ts';
import type { MailsSeen } from './mails.ts';
import type { Receiver } from './receivers.ts';
import { unlimitedOf } from './rounds.ts';

/** A crowd of sends to one user, and what came of it. */
export interface CrowdTold {
  readonly to: Receiver;
  /** So many were sent and answered before all others. */
  readonly advertsFirst: number;
  /** Told that it goes out. */
  readonly promised: number;
  readonly passed: Passed;
  readonly consumed: Consumed;
}

/** One key, sent often at once. */
export interface RepeatsTold {
  readonly to: Receiver;
  readonly different: number;
  readonly rows: number;
  readonly jobs: number;
}

export interface Seen {
  readonly crowds: readonly CrowdTold[];
  readonly repeats: readonly RepeatsTold[];
}

interface Controls {
  /** Sends do not wait for each other: there is the quota alone. */
  readonly byQuota: readonly CrowdTold[];
  /** The quota counts first, and sends do not wait for each other. */
  readonly counted: readonly CrowdTold[];
  /** The quota raises one counter after the other. */
  readonly parted: readonly CrowdTold[];
  /** Neither lock nor constraint. */
  readonly repeats: readonly RepeatsTold[];
  readonly mails: MailsSeen;
}

interface Sizes {
  readonly rounds: number;
  readonly sends: number;
  readonly repeats: number;
}

const perDay: Consumed = { mails: 10, adverts: 3, texts: 5 };
const limited = [
  ['mails', 'e-mails'],
  ['adverts', 'promotional ones'],
  ['texts', 'text messages'],
] as const;

export function checksOf(
  sizes: Sizes,
  { found, mails }: { readonly found: Seen; readonly mails: MailsSeen },
  control: Controls,
): readonly Check[] {
  return [
    ...exactly(sizes, found.crowds, control),
    ...nothingConsumed(found.crowds, control),
    ...onlyOnce(sizes, found.repeats, control),
    ...arrived(sizes, mails, control),
  ];
}

function exactly(
  { rounds, sends }: Sizes,
  crowds: readonly CrowdTold[],
  { byQuota, counted }: Controls,
): readonly Check[] {
  const pushes = passedOf(crowds, 'pushes');
  return [
    ...limited.map(([name, what]) => {
      const [found, careless] = [passedOf(crowds, name), passedOf(counted, name)];
      return {
        what: `${what} that passed, of ${sends} sends at once to each of ${rounds} users`,
        found: rangeOf(found),
        must: String(perDay[name]),
        holds: areAll(found, perDay[name]),
        control: {
          found: `${rangeOf(careless)} where it is counted first, without the lock`,
          fails: !areAll(careless, perDay[name]),
        },
      };
    }),
    {
      what: 'the same where sends do not wait for each other: the quota alone',
      found: limited.map(([name]) => rangeOf(passedOf(byQuota, name))).join(', '),
      must: limited.map(([name]) => perDay[name]).join(', '),
      holds: limited.every(([name]) => areAll(passedOf(byQuota, name), perDay[name])),
    },
    {
      what: 'of those without a quota',
      found: rangeOf(pushes),
      must: String(unlimitedOf(sends)),
      holds: areAll(pushes, unlimitedOf(sends)),
    },
  ];
}

const passedOf = (crowds: readonly CrowdTold[], name: keyof Passed): readonly number[] =>
  crowds.map(({ passed }) => passed[name]);

function nothingConsumed(crowds: readonly CrowdTold[], { parted }: Controls): readonly Check[] {
  const refusedFirst = (each: readonly CrowdTold[]) =>
    each.filter(({ advertsFirst }) => advertsFirst > 0).map(({ passed }) => passed.mails);
  const unlike = (each: readonly CrowdTold[]) => each.filter(isUnlikeRows).length;
  const untold = crowds.filter(({ promised, passed }) => promised !== passed.all).length;
  return [
    {
      what: 'e-mails that passed where a crowd of adverts had been refused before',
      found: rangeOf(refusedFirst(crowds)),
      must: String(perDay.mails),
      holds: areAll(refusedFirst(crowds), perDay.mails),
      control: {
        found: `${rangeOf(refusedFirst(parted))} by one counter after the other`,
        fails: !areAll(refusedFirst(parted), perDay.mails),
      },
    },
    {
      what: 'users whose counters in Redis are not what passed',
      found: `${unlike(crowds)} of ${crowds.length}`,
      must: '0',
      holds: unlike(crowds) === 0,
      control: { found: `${unlike(parted)} of ${parted.length} so`, fails: unlike(parted) > 0 },
    },
    {
      what: 'users of whom more or fewer were promised than stored, each with its job',
      found: `${untold} of ${crowds.length}`,
      must: '0',
      holds: untold === 0 && crowds.every(({ passed }) => passed.jobs === passed.all),
    },
  ];
}

const isUnlikeRows = ({ passed, consumed }: CrowdTold): boolean =>
  limited.some(([name]) => passed[name] !== consumed[name]);

function onlyOnce(
  { rounds, repeats }: Sizes,
  found: readonly RepeatsTold[],
  control: Controls,
): readonly Check[] {
  const whats = [
    ['rows', 'notifications'],
    ['jobs', 'jobs'],
    ['different', 'different answers'],
  ] as const;
  return whats.map(([name, what]) => {
    const of = (each: readonly RepeatsTold[]) => each.map((told) => told[name]);
    return {
      what: `${what}, of one key ${repeats} times at once, ${rounds} times`,
      found: rangeOf(of(found)),
      must: '1',
      holds: areAll(of(found), 1),
      control: {
        found: `${rangeOf(of(control.repeats))} without lock and constraint`,
        fails: !areAll(of(control.repeats), 1),
      },
    };
  });
}

function arrived(
  { rounds }: Sizes,
  { passed, lost, twice, uncalledFor }: MailsSeen,
  control: Controls,
): readonly Check[] {
  const expected = rounds * (perDay.mails + 1);
  const keys = control.repeats.length;
  return [
    {
      what: 'e-mails that the server has accepted, each once',
      found: String(passed - lost - twice),
      must: String(expected),
      holds: passed === expected && lost === 0 && twice === 0,
      control: {
        found: `${control.mails.passed} for ${keys} keys without lock and constraint`,
        fails: control.mails.passed > keys,
      },
    },
    {
      what: 'that it has accepted, though they were refused',
      found: String(uncalledFor),
      must: '0',
      holds: uncalledFor === 0,
    },
  ];
}

const areAll = (values: readonly number[], wanted: number): boolean =>
  values.length > 0 && values.every((value) => value === wanted);

/** Such as `10`, or `9 to 12`. */
function rangeOf(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least} to ${most}`;
}
