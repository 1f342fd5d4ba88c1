import assert from 'node:assert/strict';
import { toGlobalId } from '../../../schema/global-id.ts';
import type { Customer } from '../bank.ts';
import { openNotifications } from '../notifications.ts';
import { createShopping } from '../shopping.ts';
import type { World } from '../world.ts';

/** One thing of each kind that belongs to somebody, or that somebody sees: ids by their types, and the code of a link. */
export type Belongings = Readonly<Record<Kind, string>>;

export type Kind = (typeof kinds)[number];

export const kinds = [
  ...(['User', 'Account', 'Chat', 'Message', 'Order', 'Notification', 'Session'] as const),
  ...(['ShortLink', 'code', 'Product', 'NotificationTemplate'] as const),
] as const;

/** Gives people one of each. `User` is a friend, who is in the same chat. */
export async function openBelongings(world: World) {
  const notes = await openNotifications(world);
  const templateId = await notes.template();
  const productKey = await world.product({ stock: 50 });
  const shopping = createShopping(world.gateway.url);

  return async function belongingsOf(owner: Customer, alias: string): Promise<Belongings> {
    const make = async (field: string, type: string, input: object, selection: string) => {
      const document = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} userErrors { code } } }`;
      const { data, errors } = await owner.query(document, { input });
      const found = /"(?:id|code)":"([^"]+)"/.exec(JSON.stringify(data))?.[1];
      assert.ok(found !== undefined, `${field}: ${JSON.stringify([data, errors])}`);
      return found;
    };
    const friend = await world.somebody();
    const chatId = await make(
      'startChat',
      'StartChatInput',
      { userIds: [friend.id], title: 'Secret' },
      'chat { id }',
    );
    await shopping.add({ token: owner.token }, productKey, 1);
    const sent = await notes.service.query<{ sendNotification: { notification: { id: string } | null } }>(
      'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) { notification { id } } }',
      { input: { userId: owner.id, templateId, idempotencyKey: alias, variables: {} } },
    );
    assert.ok(sent.data?.sendNotification.notification != null, JSON.stringify(sent));
    const { data } = await owner.query<{ viewer: { sessions: { nodes: readonly { id: string }[] } } }>(
      '{ viewer { sessions { nodes { id } } } }',
    );
    return {
      ...{ User: friend.id, Account: owner.accountId, Chat: chatId },
      Message: await make(
        'sendMessage',
        'SendMessageInput',
        { chatId, text: 'secret', clientMessageId: '1' },
        'message { id }',
      ),
      Order: await make('checkOut', 'CheckOutInput', { idempotencyKey: alias }, 'order { id }'),
      Notification: sent.data.sendNotification.notification.id,
      Session: data?.viewer.sessions.nodes[0]?.id ?? '',
      code: await make(
        'createShortLink',
        'CreateShortLinkInput',
        { url: 'https://shop.example/', alias },
        'shortLink { code }',
      ),
      ShortLink: toGlobalId('ShortLink', alias),
      Product: toGlobalId('Product', productKey),
      NotificationTemplate: templateId,
    };
  };
}

/** What else a call needs is one's own. */
export const ownOf =
  (own: Belongings) =>
  (argument: string): string => {
    const kind = kinds.find((each) =>
      argument.toLowerCase().replace(/ids?$/, '').endsWith(each.toLowerCase()),
    );
    return own[kind ?? (argument === 'templateId' ? 'NotificationTemplate' : 'User')];
  };
