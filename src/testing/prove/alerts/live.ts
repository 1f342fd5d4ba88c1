import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { postQuery } from '../../gateway.ts';
import { listen, liveClient } from '../../live/live-client.ts';
import { send, startGroup, type Person } from '../conversations/people.ts';
import { signIn } from '../stage.ts';

const hearsWithinMs = 20_000;

/** Somebody hears over a socket what somebody else writes, and goes: so that there is something live to be seen. */
export async function useLive(url: string): Promise<void> {
  const [alice, bob] = await Promise.all([person(url, 'alice'), person(url, 'bob')]);
  const chatId = await startGroup(url, alice, [bob]);
  const client = liveClient(url, { token: bob.token });
  const heard = listen(client, 'subscription Hear($chatId: ID!) { messageAdded(chatId: $chatId) { text } }', {
    chatId,
  });
  let sent = 0;
  // The first ones may be sent before the subscription is there.
  const isHeard = async () => {
    sent += 1;
    await send(url, alice, { chatId, text: 'Hello', clientMessageId: String(sent) });
    return heard.answers.length > 0;
  };
  const isDone = await waitUntil(isHeard, { everyMs: 500, timeoutMs: hearsWithinMs });
  await client.close();
  if (isDone !== true) throw new Error(`nothing was heard of ${sent} messages: ${String(heard.end())}`);
}

async function person(url: string, username: string): Promise<Person> {
  const token = await signIn(url, username);
  const { data } = await postQuery<{ viewer: { id: string } }>(url, 'query Me { viewer { id } }', { token });
  if (data == null) throw new Error(`${username} is not known`);
  return { id: data.viewer.id, token };
}
