import type { Quotas } from '../src/limits/quotas.ts';
import type { Attendance } from '../src/presence/attendance.ts';
import type { Store } from '../src/store/store.ts';
import type { WarmUpStep } from '../src/warm-up/warm-up.ts';
import { createPreferences } from './notifications/preferences.ts';
import { createTemplates } from './notifications/templates.ts';
import type { Demand } from './shop/demand.ts';
import { createInventory } from './shop/inventory.ts';
import { createProductDetails } from './shop/product-details.ts';
import { createProducts } from './shop/products.ts';
import { createSearch } from './shop/search.ts';
import { createProfiles } from './users/profiles.ts';

interface Needs {
  /** Each batch is a request of its own. */
  readonly openStore: () => Store;
  readonly attendance: Attendance;
  readonly quotas: Quotas;
  readonly demand: Demand;
}

const mostUsers = 10_000;

const mostProducts = 1_000;
const mostSearches = 100;

/** What a cold cache is filled with, the most wanted first; one entry for each kind. */
export const warmUpSteps = ({ openStore, attendance, quotas, demand }: Needs): readonly WarmUpStep[] => {
  const products = () => createProducts({ store: openStore(), demand });
  return [
    {
      name: 'notification templates',
      keys: () => createTemplates({ store: openStore() }).listIds(),
      load: (ids) => createTemplates({ store: openStore() }).getMany(ids),
    },
    {
      name: 'popular products',
      keys: () => products().listPopular(mostProducts),
      load: (ids) => products().getMany(ids),
    },
    {
      name: 'stocks of popular products',
      keys: () => products().listPopular(mostProducts),
      load: (ids) => createInventory({ store: openStore() }).getMany(ids),
    },
    {
      name: 'pages of popular products',
      keys: () => products().listPopular(mostProducts),
      load: (ids) => createProductDetails({ store: openStore() }).getMany(ids),
    },
    {
      name: 'frequent searches',
      keys: () => demand.searches.top(mostSearches),
      // Each with a deadline of its own: all in one statement would take seconds.
      oneByOne: true,
      load: ([query = '']) => createSearch({ store: openStore(), demand, products: products() }).warm(query),
    },
    {
      name: 'preferences of recent users',
      keys: () => attendance.latest(mostUsers),
      load: (ids) => createPreferences({ store: openStore(), quotas }).getMany(ids),
    },
    {
      name: 'profiles of recent users',
      keys: () => attendance.latest(mostUsers),
      load: (ids) => createProfiles({ store: openStore() }).getMany(ids),
    },
  ];
};
