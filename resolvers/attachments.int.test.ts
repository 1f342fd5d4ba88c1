import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { idOf, toGlobalId } from '../schema/global-id.ts';
import { createTalk, type Talk } from '../src/testing/chats/talk.ts';
import { onServer } from '../src/testing/database.ts';
import { quiet, startGateway, type Gateway } from '../src/testing/gateway.ts';
import { createLinker } from '../src/testing/links.ts';
import { openNotifications, type Notifications } from '../src/testing/notifications.ts';
import { createWorld, type Person, type World } from '../src/testing/world.ts';

let world: World;
/** Over the same rows, with a cache of its own: nothing follows the log here, so the first one does not see who deletes past it. */
let later: Gateway;
let talk: Talk;
let notifications: Notifications;
let alice: Person;
let bob: Person;
/** Writes nothing: else the copies of the process are passed over. */
let reader: Person;
let templateId: string;
beforeAll(async () => {
  world = await createWorld(quiet);
  talk = createTalk(world);
  notifications = await openNotifications(world);
  [alice, bob, reader] = [await world.somebody(), await notifications.receiver(), await world.somebody()];
  templateId = await notifications.template();
  later = await startGateway({
    servers: { ...world.database, redisUrl: inject('redisUrl') },
    env: { REDIS_DEADLINE_MS: '5000' },
  });
});
afterAll(async () => {
  await later.close();
  await world.close();
});

const productId = async (name: string) => toGlobalId('Product', await world.product({ name }));
async function remove(id: string): Promise<void> {
  await onServer(world.database.primaryUrl, 'DELETE FROM products WHERE id = $1', [idOf('Product', id)]);
  await world.database.replicated();
}

const carried = `attachment {
  __typename
  ... on Product { id name price { amount } }
  ... on ShortLink { id code url }
}`;

interface Sent {
  readonly sendMessage: {
    readonly message: { readonly id: string; readonly attachment: unknown } | null;
    readonly userErrors: readonly unknown[];
  };
}

let sentMessages = 0;
const send = (
  chatId: string,
  attachmentId: string | null,
  clientMessageId = `a${(sentMessages += 1)}`,
  gateway = world.gateway,
) =>
  gateway.query<Sent>(
    `mutation ($input: SendMessageInput!) {
      sendMessage(input: $input) { message { id ${carried} } userErrors { code field } }
    }`,
    {
      token: alice.token,
      variables: { input: { chatId, text: 'look', clientMessageId, attachmentId } },
    },
  );

const pageQuery = `query ($id: ID!) {
  chat(id: $id) { messages(first: 50) { nodes { text ${carried} author { displayName } } } }
}`;

interface Chat {
  readonly chat: {
    readonly messages: {
      readonly nodes: readonly { readonly attachment: { name?: string; url?: string } | null }[];
    };
  };
}

async function namesIn(chatId: string, gateway = world.gateway, { token } = bob) {
  const { data } = await gateway.query<Chat>(pageQuery, { variables: { id: chatId }, token });
  return data?.chat.messages.nodes.map(({ attachment }) => attachment?.name ?? attachment?.url);
}

describe('a message', () => {
  it('carries a product, as it is now, and keeps it when its text is changed', async () => {
    const chatId = await talk.direct(alice, bob);
    const id = await productId('Kettle');
    const { data } = await send(chatId, id);
    expect(data?.sendMessage).toMatchObject({
      message: { attachment: { __typename: 'Product', id, name: 'Kettle', price: { amount: '19.99' } } },
      userErrors: [],
    });
    await talk.edit(alice, data?.sendMessage.message?.id ?? '', 'look at this');
    expect(await namesIn(chatId)).toEqual(['Kettle']);
  });

  it('carries a short link, whosever it is', async () => {
    const { id, code, url } = await createLinker(bob).link({
      url: 'https://example.com/',
      alias: 'attached',
    });
    const { data } = await send(await talk.direct(alice, bob), id);
    expect(data?.sendMessage.message?.attachment).toEqual({
      __typename: 'ShortLink',
      ...{ id, code, url },
    });
  });

  it('carries nothing any more once it is taken back, or once that is gone', async () => {
    const chatId = await talk.group(alice, 'Gone', [bob]);
    const [first, second] = [await productId('Pan'), await productId('Bench')];
    const { data } = await send(chatId, first);
    await send(chatId, second);
    await talk.takeBack(alice, data?.sendMessage.message?.id ?? '');
    expect(await namesIn(chatId)).toEqual(['Bench', undefined]);
    const third = await productId('Rake');
    await send(chatId, third);
    await remove(third);
    expect(await namesIn(chatId, later)).toEqual([undefined, 'Bench', undefined]);
  });

  it('is not sent with what is not there, and is when repeated after that has gone', async () => {
    const chatId = await talk.group(alice, 'Repeated', [bob]);
    const refused = await send(chatId, toGlobalId('Product', '999999'));
    expect(refused.data?.sendMessage).toEqual({
      message: null,
      userErrors: [{ code: 'UNKNOWN_ATTACHMENT', field: ['input', 'attachmentId'] }],
    });
    const id = await productId('Atlas');
    const { data } = await send(chatId, id, 'the-one');
    await remove(id);
    const again = await send(chatId, id, 'the-one', later);
    expect(again.data?.sendMessage).toMatchObject({
      message: { id: data?.sendMessage.message?.id, attachment: null },
      userErrors: [],
    });
    expect(await namesIn(chatId)).toHaveLength(1);
  });

  it.each([
    ['a user', () => alice.id],
    ['nothing', () => 'nonsense'],
  ])('is refused with the id of %s', async (_, id) => {
    const { errors } = await send(await talk.direct(alice, bob), id());
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

interface Notified {
  readonly sendNotification: {
    readonly notification: { readonly id: string; readonly attachment: unknown } | null;
    readonly userErrors: readonly unknown[];
  };
}

const notify = (idempotencyKey: string, attachmentId: string, gateway = world.gateway) =>
  gateway.query<Notified>(
    `mutation ($input: SendNotificationInput!) {
      sendNotification(input: $input) { notification { id ${carried} } userErrors { code field } }
    }`,
    {
      token: notifications.service.token,
      variables: { input: { userId: bob.id, templateId, idempotencyKey, attachmentId } },
    },
  );

const centreQuery = `{ viewer { notifications { nodes { body ${carried} } } } }`;

describe('a notification', () => {
  it('carries a product into the centre of who gets it', async () => {
    const id = await productId('Radio');
    const { data } = await notify('radio', id);
    expect(data?.sendNotification).toMatchObject({ notification: { attachment: { id } }, userErrors: [] });
    expect((await bob.query(centreQuery)).data).toMatchObject({
      viewer: { notifications: { nodes: [{ attachment: { id, name: 'Radio' } }] } },
    });
  });

  it('is not sent with what is not there, and is answered as the first time after that has gone', async () => {
    expect((await notify('none', toGlobalId('Product', '999999'))).data?.sendNotification).toEqual({
      notification: null,
      userErrors: [{ code: 'UNKNOWN_ATTACHMENT', field: ['input', 'attachmentId'] }],
    });
    const id = await productId('Speaker');
    const { data } = await notify('speaker', id);
    await remove(id);
    expect((await notify('speaker', id, later)).data?.sendNotification).toMatchObject({
      notification: { id: data?.sendNotification.notification?.id, attachment: null },
      userErrors: [],
    });
  });

  it('is refused with the id of what cannot be attached', async () => {
    const { errors } = await notify('user', alice.id);
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a page of 50 messages with five products and five links among them', () => {
  it('costs one round trip for both kinds, where only Redis has them, and none with copies in the process', async () => {
    const chatId = await talk.group(alice, 'Full', [reader]);
    const links = createLinker(bob);
    const made = Array.from({ length: 10 }, async (_, place) =>
      place % 2 === 0
        ? productId(`Thing ${place}`)
        : (await links.link({ url: `https://example.com/${place}` })).id,
    );
    const ids = await Promise.all(made);
    for (let turn = 0; turn < 50; turn += 1) await send(chatId, ids[turn % 10] ?? null);
    await namesIn(chatId, world.gateway, reader);
    const another = await world.anotherGateway(quiet);
    const cost = async () => {
      await another.query('{ viewer { username } }', { token: reader.token });
      const { result, counts } = await another.counting(() => namesIn(chatId, another, reader));
      expect(result?.filter((name) => name?.startsWith('Thing '))).toHaveLength(25);
      expect(result?.filter((name) => name?.startsWith('https://'))).toHaveLength(25);
      return counts;
    };
    // The session; membership and chat; messages; authors, products and links at once.
    expect(await cost()).toEqual({ redis: { both: 4 }, postgres: {} });
    expect(await cost()).toEqual({ redis: { both: 2 }, postgres: {} });
  });

  it('lets a send with one cost no round trip more than a send without', async () => {
    const chatId = await talk.group(alice, 'Counted', [bob]);
    const id = await productId('Lamp');
    await send(chatId, id);
    const costOf = async (attachmentId: string | null) =>
      (await world.gateway.counting(() => send(chatId, attachmentId))).counts;
    expect(await costOf(id)).toEqual(await costOf(null));
  });
});
