import type { Client } from 'pg';

interface SeededChat {
  /** Makes a group, whose first member owns it. */
  readonly title: string | null;
  readonly members: readonly string[];
  readonly messages: readonly (readonly [author: string, text: string, attachment?: string])[];
}

const copperKettle = 'Product:46';

const chats: readonly SeededChat[] = [
  {
    title: null,
    members: ['alice', 'bob'],
    messages: [
      ['alice', 'Did the kettle arrive?', copperKettle],
      ['bob', 'This morning. It is the copper one after all.'],
      ['alice', 'Then tea is on you.'],
    ],
  },
  {
    title: null,
    members: ['alice', 'carol'],
    messages: [['carol', 'I am late, start without me.', 'ShortLink:carol-learn']],
  },
  {
    title: null,
    members: ['bob', 'carol'],
    messages: [],
  },
  {
    title: 'Garden',
    members: ['carol', 'alice', 'bob'],
    messages: Array.from({ length: 120 }, (_, week) => {
      const author = ['carol', 'alice', 'bob'][week % 3] ?? 'carol';
      return [
        author,
        `Week ${week + 1}: ${week % 2 === 0 ? 'watered the beans' : 'cut the hedge'}.`,
      ] as const;
    }),
  },
];

/** Direct chats among alice, bob and carol, and a group with a history that is longer than what is cached of it. */
export async function seedChats(client: Client): Promise<void> {
  for (const chat of chats) await seedChat(client, chat);
}

async function seedChat(client: Client, { title, members, messages }: SeededChat): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `WITH named AS (
       SELECT users.id, place FROM unnest($2::text[]) WITH ORDINALITY AS member (username, place) JOIN users USING (username)
     ), made AS (
       INSERT INTO chats (kind, title, direct_low, direct_high)
       SELECT CASE WHEN $1::text IS NULL THEN 'DIRECT' ELSE 'GROUP' END, $1,
         CASE WHEN $1 IS NULL THEN min(id) END, CASE WHEN $1 IS NULL THEN max(id) END FROM named
       RETURNING id
     ), head AS (
       INSERT INTO chat_heads (chat_id, last_message_id) SELECT id, next_message_id(id, 0) FROM made
     ), joined AS (
       INSERT INTO chat_members (chat_id, user_id, role)
       SELECT made.id, named.id, CASE WHEN $1 IS NOT NULL AND place = 1 THEN 'OWNER' ELSE 'MEMBER' END
       FROM made, named ORDER BY place
     )
     SELECT id FROM made`,
    [title, members],
  );
  // One by one: the trigger moves the chat's head with each.
  for (const [index, [author, text, attachment]] of messages.entries()) {
    await client.query(
      `INSERT INTO messages (chat_id, id, author_id, client_message_id, text, sent_at, attachment)
       SELECT chat_id, next_message_id(chat_id, last_message_id), users.id, $3, $4, now() - $5 * interval '1 hour', $6
       FROM chat_heads, users WHERE chat_id = $1 AND username = $2`,
      [rows[0]?.id, author, `seed-${index}`, text, messages.length - index, attachment],
    );
  }
}
