import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type World } from '../../testing/world.ts';
import { seed } from './seed.ts';
import { seededPassword } from './users.ts';

let world: World;
let token: string;
beforeAll(async () => {
  world = await createWorld();
  expect(await seed(world.database.primaryUrl)).toBe(true);
  await world.database.replicated();
  token = (await world.signIn('alice', seededPassword)).data?.signIn.token ?? '';
});
afterAll(() => world.close());

it('gives alice two direct chats and a group, with a history longer than what is cached of it', async () => {
  const { data, errors } = await world.gateway.query(
    `{ viewer { chats { nodes {
      kind title unreadCount
      members { nodes { role user { username } } }
      messages(first: 1) { nodes { text author { username } } pageInfo { hasNextPage } }
    } } } }`,
    { token },
  );
  expect(errors).toEqual([]);
  const member = (username: string, role = 'MEMBER') => ({ role, user: { username } });
  const last = (username: string, text: string, hasNextPage: boolean) => ({
    nodes: [{ text, author: { username } }],
    pageInfo: { hasNextPage },
  });
  expect(data).toEqual({
    viewer: {
      chats: {
        nodes: [
          {
            kind: 'GROUP',
            title: 'Garden',
            unreadCount: 80,
            members: { nodes: [member('carol', 'OWNER'), member('alice'), member('bob')] },
            messages: last('bob', 'Week 120: cut the hedge.', true),
          },
          {
            kind: 'DIRECT',
            title: null,
            unreadCount: 1,
            members: { nodes: [member('alice'), member('carol')] },
            messages: last('carol', 'I am late, start without me.', false),
          },
          {
            kind: 'DIRECT',
            title: null,
            unreadCount: 1,
            members: { nodes: [member('alice'), member('bob')] },
            messages: last('alice', 'Then tea is on you.', true),
          },
        ],
      },
    },
  });
});

it('gives alice orders, newest first, with what they cost in all', async () => {
  const { data, errors } = await world.gateway.query<{
    viewer: {
      orders: {
        nodes: readonly { lines: readonly { total: { amount: string } }[]; total: { amount: string } }[];
      };
    };
  }>(
    '{ viewer { orders { nodes { total { amount currencyCode } lines { total { amount } product { name } } } } } }',
    { token },
  );
  expect(errors).toEqual([]);
  const nodes = data?.viewer.orders.nodes ?? [];
  expect(nodes.map(({ lines }) => lines.length)).toEqual([4, 1, 2]);
  for (const { lines, total } of nodes) {
    const sum = lines.reduce((cents, line) => cents + Number(line.total.amount.replace('.', '')), 0);
    expect(Number(total.amount.replace('.', ''))).toBe(sum);
  }
});

it('does nothing where there are users', async () => {
  expect(await seed(world.database.primaryUrl)).toBe(false);
});
