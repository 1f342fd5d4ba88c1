import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { allProtections } from '../../cache/settings.ts';
import { createTalk, type Talk } from '../../testing/chats/talk.ts';
import { quiet, type Gateway } from '../../testing/gateway.ts';
import { againIn, bodyOf, post, untilKept } from '../../testing/kept/asking.ts';
import { createWorld, type Person, type World } from '../../testing/world.ts';

let world: World;
let gateway: Gateway;
let talk: Talk;
let owner: Person;
beforeAll(async () => {
  world = await createWorld();
  gateway = world.gateway;
  talk = createTalk(world);
  owner = await world.somebody();
});
afterAll(() => world.close());

const historyBody = (id: string) =>
  bodyOf('query History($id: ID!) { chat(id: $id) { messages { nodes { text } } } }', { id });
const emailBody = (id: string) => bodyOf('query Mail($id: ID!) { user(id: $id) { email } }', { id });

/** A group of the owner's, who said something, and of others who have not written anything lately. */
async function groupOf(others: readonly Person[]): Promise<{ readonly chat: string; readonly body: string }> {
  const chat = await talk.group(owner, 'Garden', others);
  await talk.send(owner, chat, 'the key is under the mat');
  return { chat, body: historyBody(chat) };
}

const ask = (body: string, person?: Person, on = gateway) =>
  post(on, body, person === undefined ? {} : { token: person.token });

describe('what is one session’s own', () => {
  it('is given again to it, with the headers of the one that was made', async () => {
    const member = await world.somebody();
    const { body } = await groupOf([member]);
    const made = await ask(body, member);
    const again = await untilKept(gateway, () => ask(body, member));
    const headersOf = ({ headers }: typeof made) =>
      [...headers].filter(([name]) => !/^(date|x-request-id|ratelimit.*)$/.test(name));
    expect(headersOf(again)).toEqual(headersOf(made));
    expect(again.headers.get('cache-control')).toBe('private, no-store');
    expect(again.text).toContain('under the mat');
  });

  it('costs one round trip to Redis, for the session and what is strict, and none to Postgres', async () => {
    const silent = await world.anotherGateway(quiet);
    const member = await world.somebody();
    const { body } = await groupOf([member]);
    await untilKept(silent, () => ask(body, member, silent));
    const { counts } = await silent.counting(() => ask(body, member, silent));
    expect(counts).toEqual({ redis: { both: 1 }, postgres: {} });
  });

  it('is given to nobody else who sends the same', async () => {
    const [member, other, stranger] = [
      await world.somebody(),
      await world.somebody(),
      await world.somebody(),
    ];
    const { body } = await groupOf([member, other]);
    await untilKept(gateway, () => ask(body, member));
    expect(await againIn(gateway, () => ask(body, other))).toBe(0);
    expect((await ask(body, other)).text).toContain('under the mat');
    const refused = await ask(body, stranger);
    expect(refused.text).toContain('NOT_FOUND');
    expect(refused.text).not.toContain('under the mat');
    expect((await ask(body)).text).toContain('UNAUTHENTICATED');
    expect((await post(gateway, body, { token: `${member.token}x` })).status).toBe(401);
  });

  it('would be given to strangers if nobody looked whose it is: the control', async () => {
    const careless = await world.anotherGateway({
      overrides: { protections: { ...allProtections, holders: false } },
    });
    const [member, stranger] = [await world.somebody(), await world.somebody()];
    const { body } = await groupOf([member]);
    await untilKept(careless, () => ask(body, member, careless));
    expect((await ask(body, stranger, careless)).text).toContain('under the mat');
  });
});

describe('what ends it', () => {
  it('is a write of the same session’s, at once', async () => {
    const member = await world.somebody();
    const { chat, body } = await groupOf([member]);
    await untilKept(gateway, () => ask(body, member));
    await talk.send(member, chat, 'not any more');
    expect((await ask(body, member)).text).toContain('not any more');
  });

  it('is a write of somebody else’s, at once where it is written and elsewhere with the bus', async () => {
    const second = await world.anotherGateway();
    const member = await world.somebody();
    const { chat, body } = await groupOf([member]);
    for (const on of [gateway, second]) await untilKept(on, () => ask(body, member, on));
    await talk.send(owner, chat, 'it was moved');
    expect((await ask(body, member)).text).toContain('it was moved');
    await vi.waitFor(async () => expect((await ask(body, member, second)).text).toContain('it was moved'));
  });

  it('is the end of the membership, at once through every gateway', async () => {
    const second = await world.anotherGateway();
    const member = await world.somebody();
    const { chat, body } = await groupOf([member]);
    for (const on of [gateway, second]) await untilKept(on, () => ask(body, member, on));
    await talk.remove(owner, chat, member);
    for (const on of [second, gateway]) {
      const { text } = await ask(body, member, on);
      expect(text).toContain('NOT_FOUND');
      expect(text).not.toContain('under the mat');
    }
  });

  it('is the end of the session', async () => {
    const member = await world.somebody();
    const { body } = await groupOf([member]);
    await untilKept(gateway, () => ask(body, member));
    await member.query('mutation { signOut { endedSessions } }');
    expect((await ask(body, member)).status).toBe(401);
  });

  it('is another role', async () => {
    const [boss, admin, somebody] = [
      await world.somebody('ADMIN'),
      await world.somebody('ADMIN'),
      await world.somebody(),
    ];
    await somebody.query(
      'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id } } }',
      { input: { email: 'some@example.com' } },
    );
    const fresh = await world.anotherGateway();
    const body = emailBody(somebody.id);
    expect((await untilKept(fresh, () => ask(body, admin, fresh))).text).toContain('some@example.com');
    const { errors } = await boss.query(
      'mutation ($input: ChangeUserRoleInput!) { changeUserRole(input: $input) { userErrors { code } } }',
      { input: { userId: admin.id, role: 'USER' } },
    );
    expect(errors).toEqual([]);
    expect((await ask(body, admin, fresh)).text).not.toContain('some@example.com');
  });
});
