import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  Kind,
  OperationTypeNode,
  parse,
  printSchema,
  validate,
  type DocumentNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../src/config/project-root.ts';
import { createSchema } from '../src/graphql/schema.ts';

const schema = createSchema();
const folder = path.join(projectRoot(import.meta.url), 'schema/clients');
const files = readdirSync(folder).map((name) => ({
  name,
  document: parse(readFileSync(path.join(folder, name), 'utf8')),
}));

/** Root fields that front-ends rely on by these names. */
const promised = {
  query: [
    ...['viewer', 'node', 'nodes', 'user', 'userByUsername', 'product', 'products', 'chat'],
    ...['notificationTemplate', 'searchProducts', 'account', 'shortLink'],
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
  files.flatMap(({ document }) =>
    operationsOf(document)
      .filter((one) => one.operation === kind)
      .flatMap(fieldsOf),
  );

const operationsOf = ({ definitions }: DocumentNode) =>
  definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);

const fieldsOf = ({ selectionSet }: ReturnType<typeof operationsOf>[number]) =>
  selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : [],
  );

describe('operations of clients', () => {
  it.each(files)('in $name fit the schema', ({ document }) => {
    expect(validate(schema, document)).toEqual([]);
  });

  it.each(Object.values(OperationTypeNode))('hold every %s that clients rely on', (kind) => {
    expect(rootFieldsOf(kind)).toEqual(expect.arrayContaining(promised[kind]));
  });

  it('do not fit a schema that has lost a field: the control', () => {
    const poorer = buildSchema(printSchema(schema).replace(' unreadCount: Int\n', ' unread: Int\n'));
    const broken = files.filter(({ document }) => validate(poorer, document).length > 0);
    expect(broken.map(({ name }) => name)).toEqual(['chats.graphql']);
  });
});
