import type { Check } from '../proof.ts';
import { hasOrdered, isTooLate, type Told } from './crowd.ts';

/** What came of a crowd that bought one product. */
export interface Sale {
  readonly told: readonly Told[];
  /** In Postgres, afterwards. */
  readonly stored: { readonly stock: number; readonly orders: number };
  /** What gateways have shown, while and after it was sold; `last` at the end, by each of them. */
  readonly shelf: { readonly asked: number; readonly old: number; readonly last: readonly number[] };
}

interface Sizes {
  readonly buyers: number;
  readonly items: number;
}

interface Found {
  readonly found: Sale;
  readonly repeats: {
    readonly asked: number;
    readonly different: number;
    /** With a new key, by who has ordered. */
    readonly askedAnew: number;
    readonly differentAnew: number;
  };
}

interface Controls {
  /** Through gateways that tell nobody of what was sold. */
  readonly forgetful: Sale;
  /** Stock that is looked at first and taken later. */
  readonly careless: Sale;
}

export function checksOf(
  { buyers, items }: Sizes,
  { found: { told, stored, shelf }, repeats }: Found,
  { forgetful, careless }: Controls,
): readonly Check[] {
  const [ordered, tooLate] = [told.filter(hasOrdered).length, told.filter(isTooLate).length];
  return [
    {
      what: `orders that ${buyers} buyers at once have made of ${items} items`,
      found: String(stored.orders),
      must: String(items),
      holds: stored.orders === items,
      control: {
        found: `${careless.stored.orders} by who looks first and takes later`,
        fails: careless.stored.orders > items,
      },
    },
    {
      what: 'items left in Postgres',
      found: String(stored.stock),
      must: '0',
      holds: stored.stock === 0,
      control: { found: `${careless.stored.stock} so`, fails: careless.stored.stock < 0 },
    },
    {
      what: 'what the buyers were told in the end',
      found: `${ordered} ordered, ${tooLate} too late`,
      must: `${items} ordered, ${buyers - items} too late`,
      holds: ordered === items && tooLate === buyers - items,
    },
    {
      what: 'looks at the cached stock, after each answer, that showed more than what was not told to be sold',
      found: `${shelf.old} of ${shelf.asked}`,
      must: '0',
      holds: shelf.old === 0 && shelf.asked >= buyers,
      control: {
        found: `${forgetful.shelf.old} of ${forgetful.shelf.asked} where nobody is told of what was sold`,
        fails: forgetful.shelf.old > 0,
      },
    },
    {
      what: 'the cached stock at the end, by each gateway',
      found: shelf.last.join(', '),
      must: '0',
      holds: shelf.last.length > 0 && shelf.last.every((stock) => stock === 0),
      control: {
        found: `${forgetful.shelf.last.join(', ')} so`,
        fails: forgetful.shelf.last.some((stock) => stock > 0),
      },
    },
    {
      what: 'repeats of a key, through another gateway, with another answer',
      found: `${repeats.different} of ${repeats.asked}`,
      must: '0',
      holds: repeats.different === 0 && repeats.asked === buyers,
      control: {
        found: `${repeats.differentAnew} of ${repeats.askedAnew} with a new key`,
        fails: repeats.differentAnew > 0,
      },
    },
  ];
}
