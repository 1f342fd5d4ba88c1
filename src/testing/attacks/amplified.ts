import { badInput, badRequest, bare, times, tooCostly, type Attack } from './attack.ts';

const page = 'query ($first: Int) { products(first: $first) { pageInfo { endCursor } } }';
const nodes = 'query ($a: [ID!]!) { nodes(ids: $a) { id } }';
const read = 'mutation ($a: [ID!]) { markNotificationsRead(input: { ids: $a }) { unreadNotificationCount } }';

/** Of each of 100 chats the latest 100 messages. */
const inLists = (directive: string) =>
  `query ($n: Int${directive && ', $yes: Boolean!'}) {
    viewer { chats(first: $n) ${directive} { nodes { messages(first: $n) { nodes { text } } } } }
  }`;
const change = (n: number) =>
  `a${n}: changePassword(input: { currentPassword: "a", newPassword: "b" }) { user { id } }`;

/** By events: a fault in each of many items, of which the first is enough. */
export const faultyStream: Attack = badInput(
  '90,000 users that are null, by events',
  'subscription ($a: [ID!]!) { presenceChanged(userIds: $a) { id } }',
  { a: Array(90_000).fill(null) },
  200,
);

/** What is written small and means much. A list that cannot be priced is refused with all that was asked beside it. */
export const amplified: readonly Attack[] = [
  badInput('first of -1', page, { first: -1 }),
  badInput('first of 0', page, { first: 0 }),
  badInput('first of 101', page, { first: 101 }),
  badInput('first of -2147483648', page, { first: -2_147_483_648 }),
  badInput('first of a million', page, { first: 1_000_000 }),
  badInput('first of 33 bits', page, { first: 2 ** 32 }),
  badInput('first of 10^300', page, { first: 1e300 }),
  badInput('first of -1, as a default', 'query ($n: Int = -1) { products(first: $n) { nodes { id } } }'),
  badInput(
    'first of -1 in a fragment',
    '{ ...F } fragment F on Query { products(first: -1) { nodes { id } } }',
  ),
  badInput('20,000 ids', nodes, { a: Array(20_000).fill('x') }),
  badInput('90,000 ids that are null', nodes, { a: Array(90_000).fill(null) }),
  tooCostly('20,000 notifications to be read', read, { a: Array(20_000).fill('x') }),
  tooCostly('lists in lists, by a variable', inLists(''), { n: 100 }),
  tooCostly('lists in lists, by a default', inLists('').replace('$n: Int', '$n: Int = 100')),
  tooCostly('lists in lists, where a variable includes them', inLists('@include(if: $yes)'), {
    ...{ n: 100, yes: true },
  }),
  tooCostly('20 changes of a password', `mutation { ${times(20, change)} }`),
  badRequest('an array of 11 operations', Array(11).fill({ query: bare })),
  badRequest('an array of 10,000 operations', Array(10_000).fill({ query: bare })),
  badRequest('an empty array', []),
  badRequest('an array of arrays', [[{ query: bare }]]),
  badRequest('an array of texts', ['{ __typename }']),
];
