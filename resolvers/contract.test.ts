import {
  buildASTSchema,
  buildSchema,
  Kind,
  NoDeprecatedCustomRule,
  OperationTypeNode,
  printSchema,
  validate,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { readContract } from '../src/dev/contract/present.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { clientOperations, clients } from '../src/testing/clients/operations.ts';

const schema = createSchema();
const last = readContract().releases.at(-1);
const released = last === undefined ? schema : buildASTSchema(last.document);

/** Root fields that front-ends rely on by these names. */
const promised = {
  query: [
    ...['viewer', 'node', 'nodes', 'user', 'userByUsername', 'product', 'products', 'chat'],
    ...['notificationTemplate', 'searchProducts', 'account', 'shortLink', 'rateLimit'],
  ],
  mutation: [
    ...['signUp', 'signIn', 'signOut', 'signOutEverywhere', 'changePassword', 'stepUp', 'updateProfile'],
    ...['heartbeat', 'updatePreferences', 'sendNotification', 'markNotificationsRead'],
    ...['saveNotificationTemplate', 'startChat', 'addChatMember', 'removeChatMember', 'sendMessage'],
    ...['editMessage', 'deleteMessage', 'markChatRead', 'setTyping'],
    ...['createProduct', 'updateProduct', 'restockProduct', 'addToCart', 'setCartQuantity'],
    ...['removeFromCart', 'clearCart', 'checkOut', 'openAccount', 'transfer', 'createShortLink'],
    ...['updateShortLink', 'deleteShortLink'],
  ],
  subscription: ['messageAdded', 'typing', 'presenceChanged', 'notificationReceived'],
} satisfies Record<OperationTypeNode, readonly string[]>;

const rootFieldsOf = (kind: OperationTypeNode) =>
  clientOperations
    .filter((operation) => operation.kind === kind)
    .flatMap(({ definition }) => definition.selectionSet.selections)
    .flatMap((selection) => (selection.kind === Kind.FIELD ? [selection.name.value] : []));

/** Names of those that break a rule of validation; of all rules of the specification when none is given. */
const invalidIn = (against: GraphQLSchema, rules?: readonly ValidationRule[]) =>
  clientOperations
    .filter(({ document }) => validate(against, document, rules).length > 0)
    .map(({ name }) => name);

describe('operations of clients', () => {
  it.each(clients)('of %s fit the present contract and the last that was released', (client) => {
    const own = clientOperations.filter((operation) => operation.client === client);
    expect(own.length).toBeGreaterThan(0);
    for (const { name, document } of own) {
      expect(validate(schema, document), name).toEqual([]);
      expect(validate(released, document), `${name} on ${last?.version ?? ''}`).toEqual([]);
    }
  });

  it.each(Object.values(OperationTypeNode))('hold every %s that clients rely on', (kind) => {
    expect(rootFieldsOf(kind)).toEqual(expect.arrayContaining(promised[kind]));
  });

  it('have a name each that no other has', () => {
    const names = clientOperations.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    expect(names).not.toContain('');
  });

  it('ask for nothing that is deprecated', () => {
    expect(invalidIn(schema, [NoDeprecatedCustomRule])).toEqual([]);
  });

  it('do not fit a schema that has lost a field, or deprecates one: the control', () => {
    const change = (to: string) => buildSchema(printSchema(schema).replace('  unreadCount: Int\n', to));
    const asking = ['Chats', 'Chat', 'MarkChatRead', 'MobileHome', 'MobileRefresh'];
    expect(invalidIn(change('  unread: Int\n'))).toEqual(asking);
    const deprecated = change('  unreadCount: Int @deprecated(reason: "Count them, until 2027-01-31.")\n');
    expect(invalidIn(deprecated, [NoDeprecatedCustomRule])).toEqual(asking);
  });
});
