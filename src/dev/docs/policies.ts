import { accountPolicy, accountsOfUserPolicy } from '../../../datasources/bank/accounts.ts';
import { balancePolicy } from '../../../datasources/bank/balances.ts';
import { loansPolicy } from '../../../datasources/bank/loans.ts';
import { recentTransactionsPolicy, transactionPolicy } from '../../../datasources/bank/transactions.ts';
import { lastSeenPolicy } from '../../../datasources/chats/last-seen.ts';
import { chatPolicy } from '../../../datasources/chats/chats.ts';
import { historyPolicy } from '../../../datasources/chats/history.ts';
import { groupMembersPolicy } from '../../../datasources/chats/members.ts';
import { membershipPolicy } from '../../../datasources/chats/membership.ts';
import { readPolicy } from '../../../datasources/chats/reads.ts';
import { linkClicksPolicy } from '../../../datasources/links/clicks.ts';
import { linkPolicy } from '../../../datasources/links/links.ts';
import {
  notificationPolicy,
  recentNotificationsPolicy,
  unreadNotificationsPolicy,
} from '../../../datasources/notifications/notifications.ts';
import { preferencesPolicy } from '../../../datasources/notifications/preferences.ts';
import { templatePolicy } from '../../../datasources/notifications/templates.ts';
import { userOwner } from '../../../datasources/shop/cart-owner.ts';
import { cartPolicy } from '../../../datasources/shop/carts.ts';
import { inventoryPolicy } from '../../../datasources/shop/inventory.ts';
import { listingPolicy, listingSizePolicy } from '../../../datasources/shop/listings.ts';
import { orderPolicy, recentOrdersPolicy } from '../../../datasources/shop/orders.ts';
import { productDetailsPolicy } from '../../../datasources/shop/product-details.ts';
import { productPolicy } from '../../../datasources/shop/products.ts';
import { searchPolicy } from '../../../datasources/shop/search.ts';
import { profilePolicy, usernamePolicy } from '../../../datasources/users/profiles.ts';
import { sessionPolicy } from '../../../datasources/users/sessions.ts';
import type { CachePolicy } from '../../cache/policy.ts';
import { duration } from './markdown.ts';

/** One row of the table of cache policies. */
export interface DocumentedPolicy {
  readonly policy: Omit<CachePolicy<never, never>, 'codec'>;
  /** The id part of the Redis key. */
  readonly id: string;
  readonly freshFor: string;
  readonly declaredIn: string;
}

interface Notes<Key, Value> {
  readonly declaredIn: string;
  /** A key whose parts name themselves. */
  readonly key: Key;
  /** Where freshness depends on the value: each case, with the parts of values at its edges. */
  readonly cases?: Readonly<Record<string, readonly Partial<Value>[]>>;
}

/** Every policy of `datasources/`; the test names one that is missing. */
export const policies: readonly DocumentedPolicy[] = [
  documented(profilePolicy, { declaredIn: 'datasources/users/profiles.ts', key: '<user id>' }),
  documented(usernamePolicy, { declaredIn: 'datasources/users/profiles.ts', key: '<username>' }),
  documented(sessionPolicy, {
    declaredIn: 'datasources/users/sessions.ts',
    key: { userId: '<user id>', sessionId: '<session id>' },
  }),
  documented(preferencesPolicy, {
    declaredIn: 'datasources/notifications/preferences.ts',
    key: '<user id>',
  }),
  documented(templatePolicy, { declaredIn: 'datasources/notifications/templates.ts', key: '<template id>' }),
  documented(notificationPolicy, {
    declaredIn: 'datasources/notifications/notifications.ts',
    key: '<notification id>',
  }),
  documented(recentNotificationsPolicy, {
    declaredIn: 'datasources/notifications/notifications.ts',
    key: '<user id>',
  }),
  documented(unreadNotificationsPolicy, {
    declaredIn: 'datasources/notifications/notifications.ts',
    key: '<user id>',
  }),
  documented(productPolicy, {
    declaredIn: 'datasources/shop/products.ts',
    key: '<product id>',
    cases: {
      'while new': [{ standing: 'new' }],
      'when popular': [{ standing: 'popular' }],
      otherwise: [{ standing: 'regular' }],
    },
  }),
  documented(productDetailsPolicy, {
    declaredIn: 'datasources/shop/product-details.ts',
    key: '<product id>',
  }),
  documented(searchPolicy, {
    declaredIn: 'datasources/shop/search.ts',
    key: { query: '<query>', block: 0 },
    cases: {
      'where nothing is found': [{ matches: 0 }],
      'when the query is popular': [{ matches: 1, isPopular: true }],
      otherwise: [{ matches: 1, isPopular: false }],
    },
  }),
  documented(listingPolicy, {
    declaredIn: 'datasources/shop/listings.ts',
    key: '<category>',
    cases: { 'while empty': [{ ids: [] }], otherwise: [{ ids: ['1'] }] },
  }),
  documented(listingSizePolicy, {
    declaredIn: 'datasources/shop/listings.ts',
    key: '<category>',
    cases: { 'while empty': [0], otherwise: [1] },
  }),
  documented(inventoryPolicy, {
    declaredIn: 'datasources/shop/inventory.ts',
    key: '<product id>',
    cases: {
      'with none left': [{ stock: 0 }],
      'with 1 to 9': [{ stock: 1 }, { stock: 9 }],
      'with 10 or more': [{ stock: 10 }, { stock: 1_000_000 }],
    },
  }),
  documented(orderPolicy, { declaredIn: 'datasources/shop/orders.ts', key: '<order id>' }),
  documented(recentOrdersPolicy, { declaredIn: 'datasources/shop/orders.ts', key: '<user id>' }),
  documented(cartPolicy, { declaredIn: 'datasources/shop/carts.ts', key: userOwner('<user id>') }),
  documented(lastSeenPolicy, { declaredIn: 'datasources/chats/last-seen.ts', key: '<user id>' }),
  documented(chatPolicy, { declaredIn: 'datasources/chats/chats.ts', key: '<chat id>' }),
  documented(membershipPolicy, {
    declaredIn: 'datasources/chats/membership.ts',
    key: { chatId: '<chat id>', userId: '<user id>' },
  }),
  documented(groupMembersPolicy, { declaredIn: 'datasources/chats/members.ts', key: '<chat id>' }),
  documented(historyPolicy, { declaredIn: 'datasources/chats/history.ts', key: '<chat id>' }),
  documented(readPolicy, {
    declaredIn: 'datasources/chats/reads.ts',
    key: { chatId: '<chat id>', userId: '<user id>' },
  }),
  documented(linkPolicy, { declaredIn: 'datasources/links/links.ts', key: '<code>' }),
  documented(linkClicksPolicy, {
    declaredIn: 'datasources/links/clicks.ts',
    key: { id: '<link id>', code: '<code>' },
  }),
  documented(accountPolicy, { declaredIn: 'datasources/bank/accounts.ts', key: '<account id>' }),
  documented(accountsOfUserPolicy, { declaredIn: 'datasources/bank/accounts.ts', key: '<user id>' }),
  documented(balancePolicy, { declaredIn: 'datasources/bank/balances.ts', key: '<account id>' }),
  documented(transactionPolicy, {
    declaredIn: 'datasources/bank/transactions.ts',
    key: '<transaction id>',
  }),
  documented(recentTransactionsPolicy, {
    declaredIn: 'datasources/bank/transactions.ts',
    key: '<account id>',
  }),
  documented(loansPolicy, { declaredIn: 'datasources/bank/loans.ts', key: '<account id>' }),
];

function documented<Key, Value>(
  policy: CachePolicy<Key, Value>,
  { declaredIn, key, cases }: Notes<Key, Value>,
): DocumentedPolicy {
  return { policy, id: policy.key(key), freshFor: freshness(policy, cases), declaredIn };
}

/** Asks the policy itself, so that a case which is no longer true stops the documents from being made. */
function freshness<Key, Value>(
  { name, freshForMs }: CachePolicy<Key, Value>,
  cases: Notes<Key, Value>['cases'],
): string {
  if (typeof freshForMs === 'number') return duration(freshForMs);
  if (cases === undefined) throw new Error(`how long ${name} is fresh depends on the value: list the cases`);
  return Object.entries(cases)
    .map(([when, values]) => {
      const [ms, ...others] = new Set(values.map((value) => freshForMs(value as Value)));
      if (ms === undefined || others.length > 0)
        throw new Error(`${name} is not equally fresh at both edges of the case "${when}"`);
      return `${duration(ms)} ${when}`;
    })
    .join(', ');
}
