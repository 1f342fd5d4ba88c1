import { randomBytes } from 'node:crypto';
import { toGlobalId } from '../../../../schema/global-id.ts';
import { createPasswords } from '../../../auth/passwords.ts';
import { seededPassword } from '../../../dev/seed/users.ts';
import { onServer } from '../../database.ts';
import { postQuery, testHashCost } from '../../gateway.ts';
import { signIn, type Stage } from '../stage.ts';

/** Somebody who is signed in. */
export interface Person {
  /** Global id. */
  readonly id: string;
  readonly token: string;
}

interface Payload {
  readonly userErrors: readonly { readonly code: string }[];
  readonly chat?: { readonly id: string } | null;
  readonly message?: { readonly id: string } | null;
}

/** So many new users, signed in through the gateway; made past it, where hashing a password is cheap. */
export async function newcomers(stage: Stage, url: string, count: number): Promise<readonly Person[]> {
  const names = Array.from({ length: count }, () => `c_${randomBytes(6).toString('hex')}`);
  const rows = await onServer<{ id: string; username: string }>(
    stage.servers.primaryUrl,
    `INSERT INTO users (username, display_name, password_hash) SELECT name, name, $2 FROM unnest($1::text[]) AS name
     RETURNING id::text, username`,
    [names, await createPasswords(testHashCost).hash(seededPassword)],
  );
  return Promise.all(
    rows.map(async ({ id, username }) => ({
      id: toGlobalId('User', id),
      token: await signIn(url, username),
    })),
  );
}

/** A request had no answer, or an error in place of data: it may be repeated. */
export class Unanswered extends Error {}

/** A change in a chat; throws `Unanswered` where it is not known whether it was made, and another error where it was refused. */
async function change(
  url: string,
  { token }: Person,
  name: string,
  { input, fields }: { readonly input: Readonly<Record<string, unknown>>; readonly fields: string },
): Promise<Payload> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { code } } }`;
  const variables = { input };
  const answer = await postQuery<Record<string, Payload>>(url, document, { variables, token }).catch(
    (error: unknown) => {
      throw new Unanswered(name, { cause: error });
    },
  );
  const payload = answer.data?.[name];
  if (payload === undefined) throw new Unanswered(`${name}: ${JSON.stringify(answer.errors)}`);
  if (payload.userErrors.length > 0)
    throw new Error(`${name} was refused: ${JSON.stringify(payload.userErrors)}`);
  return payload;
}

/** Resolves to the group's global id. */
export async function startGroup(url: string, owner: Person, members: readonly Person[]): Promise<string> {
  const input = { title: 'Group', userIds: members.map(({ id }) => id) };
  const { chat } = await change(url, owner, 'startChat', { input, fields: 'chat { id }' });
  if (chat == null) throw new Error('no group was started');
  return chat.id;
}

export interface Message {
  readonly chatId: string;
  readonly text: string;
  readonly clientMessageId: string;
}

/** Resolves to the message's global id. */
export async function send(url: string, author: Person, input: Message): Promise<string> {
  const { message } = await change(url, author, 'sendMessage', {
    input: { ...input },
    fields: 'message { id }',
  });
  if (message == null) throw new Error('no message was sent');
  return message.id;
}

export async function addMember(url: string, owner: Person, chatId: string, { id }: Person): Promise<void> {
  await change(url, owner, 'addChatMember', { input: { chatId, userId: id }, fields: 'chat { id }' });
}

export async function removeMember(
  url: string,
  owner: Person,
  chatId: string,
  { id }: Person,
): Promise<void> {
  await change(url, owner, 'removeChatMember', { input: { chatId, userId: id }, fields: 'chat { id }' });
}

/** Whether messages of the chat are shown. */
export async function canRead(url: string, { token }: Person, chatId: string): Promise<boolean> {
  const { data, errors } = await postQuery<{ chat: { messages: { nodes: unknown[] } | null } | null }>(
    url,
    'query ($chatId: ID!) { chat(id: $chatId) { messages(first: 1) { nodes { id } } } }',
    { variables: { chatId }, token },
  );
  const nodes = data?.chat?.messages?.nodes;
  if (nodes !== undefined) return nodes.length > 0;
  if (errors.every(({ extensions }) => extensions.code === 'NOT_FOUND')) return false;
  throw new Error(`neither shown nor refused: ${JSON.stringify(errors)}`);
}
