import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createSchema } from '../../graphql/schema.ts';
import {
  kinds,
  openBelongings,
  ownOf,
  type Belongings,
  type Kind,
} from '../../testing/attacks/belongings.ts';
import { idPlaces, type IdPlace } from '../../testing/attacks/id-places.ts';
import { createBankDesk, type Customer } from '../../testing/bank.ts';
import { rawSocket } from '../../testing/live/raw-socket.ts';
import { createWorld, type World } from '../../testing/world.ts';

/**
 * What of somebody else's is taken in which place; everything else is refused. Reviewed: a line more is a right more. What
 * is taken here is for everybody to see, to write to, or to attach; the ids behind `after` only say where to go on in what is one's own.
 */
const taken: Readonly<Record<string, readonly Kind[]>> = {
  'Query.user(id)': ['User'],
  'Query.node(id)': ['User', 'ShortLink', 'Product'],
  'Query.nodes(ids)': ['User', 'ShortLink', 'Product'],
  'Query.product(id)': ['Product'],
  'Query.shortLink(code)': ['code'],
  'Mutation.startChat(input.userIds)': ['User'],
  'Mutation.addChatMember(input.userId)': ['User'],
  'Mutation.removeChatMember(input.userId)': ['User'],
  'Mutation.sendMessage(input.attachmentId)': ['ShortLink', 'Product'],
  'Mutation.addToCart(input.productId)': ['Product'],
  'Mutation.setCartQuantity(input.productId)': ['Product'],
  'Mutation.removeFromCart(input.productId)': ['Product'],
  'Subscription.presenceChanged(userIds)': ['User'],
  'Subscription.notificationReceived(after)': ['Notification'],
};

/** Where an owner is refused as well: what staff alone may do, a transfer to oneself, an order of an empty cart. */
const forNobodyHere: readonly string[] = [
  'Query.notificationTemplate(id)',
  'Mutation.transfer(input.toAccountId)',
  'Mutation.sendNotification(input.userId)',
  'Mutation.sendNotification(input.templateId)',
  'Mutation.sendNotification(input.attachmentId)',
  'Mutation.saveNotificationTemplate(input.id)',
  'Mutation.checkOut(input.payFromAccountId)',
  'Mutation.updateProduct(input.id)',
  'Mutation.restockProduct(input.id)',
  'Mutation.changeUserRole(input.userId)',
  'Mutation.revokeUserSessions(input.userId)',
];

const places = idPlaces(createSchema());
let world: World;
let victim: Customer;
let thief: Customer;
let victims: Belongings;
let thiefs: Belongings;

beforeAll(async () => {
  world = await createWorld();
  const bank = createBankDesk(world);
  [victim, thief] = [await bank.customer(10_000n), await bank.customer(0n)];
  const belongingsOf = await openBelongings(world);
  victims = await belongingsOf(victim, 'of-the-victim');
  thiefs = await belongingsOf(thief, 'of-the-thief');
}, 60_000);
afterAll(() => world.close());

it('nothing that is another’s is found or touched by its id, wherever the contract takes an id', async () => {
  const before = await possessions();
  const found: Record<string, readonly Kind[]> = {};
  for (const place of places) {
    const kindsTaken = await takenIn(place, thief, { ...victims, User: victim.id }, thiefs);
    if (kindsTaken.length > 0) found[place.name] = kindsTaken;
  }
  expect(found).toEqual(taken);
  expect(await possessions()).toEqual(before);
}, 90_000);

it('each of these places takes something of one’s own', async () => {
  const refusing: string[] = [];
  // Money goes to somebody else.
  const own = { ...victims, Account: thiefs.Account };
  for (const place of places) {
    const [one] = await takenIn(place, victim, victims, own, 1);
    if (one === undefined) refusing.push(place.name);
  }
  expect(refusing).toEqual(forNobodyHere);
}, 90_000);

/** Which kinds of `things` are taken; `own` is what else the call needs. Looks no further when it has found `most`. */
async function takenIn(
  place: IdPlace,
  asker: Customer,
  things: Belongings,
  own: Belongings,
  most = Infinity,
) {
  const found: Kind[] = [];
  for (const kind of kinds) {
    if (found.length >= most) break;
    const variables = place.variables(things[kind], ownOf(own));
    const ask = place.isSubscription ? isStreamed : isDone;
    if (await ask(asker, place, variables)) found.push(kind);
  }
  return found;
}

type Variables = Readonly<Record<string, unknown>>;

async function isDone(asker: Customer, { document, field }: IdPlace, variables: Variables): Promise<boolean> {
  const { data, errors } = await asker.query<
    Record<string, { readonly userErrors?: readonly unknown[] } | null>
  >(document, variables);
  // No answer tells more than what it refuses.
  expect(JSON.stringify(errors)).not.toMatch(/secret|100\.00/i);
  const outcome = data?.[field];
  return errors.length === 0 && outcome != null && (outcome.userErrors ?? []).length === 0;
}

async function isStreamed(asker: Customer, { document }: IdPlace, variables: Variables): Promise<boolean> {
  const { liveStreams } = world.gateway.app.metrics;
  const streams = async () => (await liveStreams.get()).values[0]?.value ?? 0;
  const socket = await rawSocket(world.gateway.url, { params: { authorization: `Bearer ${asker.token}` } });
  socket.say({ type: 'subscribe', id: '1', payload: { query: document, variables } });
  await vi.waitFor(
    async () => {
      expect(
        (await streams()) + socket.received.filter(({ type }) => type !== 'connection_ack').length,
      ).toBeGreaterThan(0);
    },
    { timeout: 10_000, interval: 2 },
  );
  const isOpen = (await streams()) > 0;
  socket.ws.terminate();
  await vi.waitFor(async () => expect(await streams()).toBe(0), { timeout: 10_000, interval: 2 });
  return isOpen;
}

/** What the victim has, as the victim sees it; what others may add to it is left out. */
async function possessions(): Promise<unknown> {
  const { data, errors } = await victim.query(
    `query ($chat: ID!) {
      viewer {
        displayName unreadNotificationCount
        accounts { nodes { id balance { amount } recentTransactions { id } } }
        cart { itemCount } orders { nodes { id status } }
        notifications { nodes { id readAt } } shortLinks { nodes { code url expiresAt } } sessions { nodes { id } }
      }
      chat(id: $chat) { title members { nodes { role user { id } } } messages { nodes { text editedAt deletedAt } } }
    }`,
    { chat: victims.Chat },
  );
  expect(errors).toEqual([]);
  return data;
}
