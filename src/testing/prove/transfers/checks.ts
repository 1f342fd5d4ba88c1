import type { Audit } from '../../bank.ts';
import type { Check } from '../proof.ts';
import { percentOf } from '../targets/shares.ts';
import type { Faults } from './ledger.ts';
import type { Told } from './traffic.ts';

/** What came of the traffic through one pair of gateways. */
export interface Series extends Omit<Told, 'sights'> {
  /** Transfers in the ledger. */
  readonly stored: number;
  readonly faults: Faults;
  /** Balances and recent transactions that Redis has answered, and that the primary has. */
  readonly fromCache: number;
  readonly fromPrimary: number;
  /** Balances that could not be claimed before the commit, so that the strict epoch was raised. */
  readonly notClaimed: number;
}

interface Books extends Audit {
  /** The sum of all balances, in minor units. */
  readonly total: string;
}

interface Seen {
  readonly found: Series;
  /** Through gateways whose writers claim nothing. */
  readonly careless: Series;
  readonly books: Books;
  /** After somebody has put a cent into one balance by hand. */
  readonly tampered: Books;
  readonly expected: bigint;
}

export const checksOf = (seen: Seen): readonly Check[] => [
  ...inOrder(seen),
  ...told(seen),
  ...neverOld(seen),
];

function inOrder({ books, tampered, expected }: Seen): readonly Check[] {
  const isWrong = ({ total, sum, uneven, wrongBalances, wrongEntries }: Books) =>
    total !== String(expected) || sum !== '0' || uneven + wrongBalances + wrongEntries > 0;
  const describe = ({ total, sum, wrongBalances, wrongEntries, uneven }: Books) =>
    `${total} and ${sum}; ${wrongBalances}, ${wrongEntries} and ${uneven}`;
  return [
    {
      what: 'sums of balances and of the ledger; wrong balances, entries and movements',
      found: describe(books),
      must: `${expected} and 0; 0, 0 and 0`,
      holds: !isWrong(books),
      control: { found: `${describe(tampered)} after a change by hand`, fails: isWrong(tampered) },
    },
    {
      what: 'balances below zero, at any time',
      found: String(books.belowZero),
      must: '0',
      holds: books.belowZero === 0,
    },
  ];
}

function told({ found, careless }: Seen): readonly Check[] {
  const [made, stored] = [found.made + careless.made, found.stored + careless.stored];
  const changed = found.changedAnswers + careless.changedAnswers;
  return [
    {
      what: 'transfers that were answered as made, and those in the ledger',
      found: `${made} and ${stored}; ${found.refused + careless.refused} refused`,
      must: 'the same',
      holds: made === stored && made > 0,
    },
    {
      what: 'keys sent twice at once that were answered with two things',
      found: String(changed),
      must: '0',
      holds: changed === 0,
    },
  ];
}

const shown = [
  ['oldBalances', 'balances older than what was acknowledged', 'balances'],
  ['oldLists', 'lists of transactions so, or with a gap where the cache ends', 'lists'],
] as const;

function neverOld({ found, careless }: Seen): readonly Check[] {
  const { fromCache, fromPrimary } = found;
  return [
    ...shown.map(([name, what, of]) => ({
      what,
      found: `${found.faults[name]} of ${found.faults[of]}`,
      must: '0',
      holds: found.faults[name] === 0,
      control: {
        found: `${careless.faults[name]} of ${careless.faults[of]} where writers claim nothing`,
        fails: careless.faults[name] > 0,
      },
    })),
    {
      what: 'balances and recent transactions that the cache has answered',
      found: `${percentOf(fromCache, fromCache + fromPrimary)} %`,
      must: 'some',
      holds: fromCache > 0,
    },
  ];
}
