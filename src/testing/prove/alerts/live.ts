import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { postQuery } from '../../gateway.ts';
import { listen, liveClient } from '../../live/live-client.ts';
import { signIn } from '../stage.ts';

const hearsWithinMs = 20_000;

/** Somebody hears over a socket how somebody else comes, and goes himself: so that there is something live to be seen. */
export async function useLive(url: string): Promise<void> {
  const [alice, bob] = await Promise.all([signIn(url, 'alice'), signIn(url, 'bob')]);
  const { data } = await postQuery<{ userByUsername: { id: string } }>(
    url,
    'query Find { userByUsername(username: "alice") { id } }',
    { token: bob },
  );
  const client = liveClient(url, { token: bob });
  const heard = listen(
    client,
    'subscription Watch($ids: [ID!]!) { presenceChanged(userIds: $ids) { username presence { isOnline } } }',
    { ids: [data?.userByUsername.id] },
  );
  const cameOrNot = async () => {
    await postQuery(url, 'mutation Here { heartbeat { user { username } } }', { token: alice });
    return heard.answers.length > 0;
  };
  // The subscription may not be there yet at the first heartbeat; who is here then is told all the same.
  await waitUntil(cameOrNot, { everyMs: 500, timeoutMs: hearsWithinMs });
  await client.close();
}
