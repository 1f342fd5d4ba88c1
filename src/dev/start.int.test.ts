import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { toGlobalId } from '../../schema/global-id.ts';
import { projectRoot } from '../config/project-root.ts';
import { postQuery } from '../testing/gateway.ts';
import {
  askByIdFromShell,
  enforcingVariables,
  followFromShell,
  listenFromShell,
  lookFromShell,
} from '../testing/prove/newcomer.ts';
import { alive, familyOf, startProgram, type Program } from '../testing/processes.ts';
import { makeTemporaryFolder } from './processes/reachable-folder.ts';
import { findServiceUser } from './processes/service-user.ts';
import { seededLogins, seededPassword } from './seed/users.ts';

const patienceMs = 30_000;
let dataDir: string;
beforeAll(async () => {
  dataDir = await makeTemporaryFolder('tributary-start-', await findServiceUser());
});
afterAll(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));

async function npmStart(
  variables: Readonly<Record<string, string>> = {},
): Promise<{ program: Program; url: string }> {
  const program = startProgram(['npm', 'start'], { STACK_DATA_DIR: dataDir, PORT: '0', ...variables });
  onTestFinished(() => void program.child.kill('SIGKILL'));
  const [, url = ''] = await program.until(/GraphQL\s+(http:\S+)\/graphql/, patienceMs);
  return { program, url };
}

const nothingIsLeftOf = (family: readonly number[]) =>
  vi.waitFor(() => expect(alive(family)).toEqual([]), { timeout: 10_000, interval: 50 });

describe('npm start', { timeout: 2 * patienceMs }, () => {
  it('serves the seeded graph to every login it prints, and Ctrl-C ends everything', async () => {
    const { program, url } = await npmStart();
    expect(program.output()).toContain(seededLogins.join(', '));
    const shown = await lookFromShell(projectRoot(import.meta.url), url);
    expect(shown).toContain('"product":{"name":"Quiet Atlas","price":{"amount":"3.00"');
    expect(shown).toContain('{"data":{"viewer":{"username":"alice"}}');
    for (const username of seededLogins) {
      const signIn = await postQuery<{ signIn: { token: string } }>(
        url,
        'mutation ($input: SignInInput!) { signIn(input: $input) { token } }',
        { variables: { input: { username, password: seededPassword } } },
      );
      const token = signIn.data?.signIn.token;
      expect((await postQuery(url, '{ viewer { username } }', { token })).data).toEqual({
        viewer: { username },
      });
    }

    expect(await followFromShell(projectRoot(import.meta.url), url)).toMatch(/^location: https:/i);
    const asked = await askByIdFromShell(projectRoot(import.meta.url), url);
    expect(asked).toContain('"product":{"id":"MTpQcm9kdWN0OjE","name":"Quiet Atlas"');
    await hearsFromShell(url);

    const family = familyOf(program.pid);
    expect(family.length).toBeGreaterThan(10);
    // What a terminal does: the signal goes to npm and to node, and not to the servers, which have groups of their own.
    for (const pid of [program.pid, nodeOf(family)]) process.kill(pid, 'SIGINT');
    await nothingIsLeftOf(family);
  });

  it.each([
    ['kill of node', 'SIGTERM', 'node'],
    ['kill of npm', 'SIGTERM', 'npm'],
    ['kill -9 of node', 'SIGKILL', 'node'],
    ['kill -9 of npm', 'SIGKILL', 'npm'],
  ] as const)(
    'leaves no process behind after %s, and starts again on the same data',
    async (_what, signal, whom) => {
      const { program, url } = await npmStart();
      expect((await postQuery(url, '{ products(first: 1) { totalCount } }')).data).toEqual({
        products: { totalCount: 200 },
      });
      const family = familyOf(program.pid);
      process.kill(whom === 'npm' ? program.pid : nodeOf(family), signal);
      await nothingIsLeftOf(family);
    },
  );

  it('takes registered documents alone, when it is started as the README says', async () => {
    const root = projectRoot(import.meta.url);
    const { program, url } = await npmStart(await enforcingVariables(root));
    expect(await askByIdFromShell(root, url)).toContain('"name":"Quiet Atlas"');
    expect(await lookFromShell(root, url)).toMatch(
      /^(\{"errors":\[\{.*"code":"DOCUMENT_NOT_TRUSTED".*\}\]\}\s*)+$/,
    );
    const family = familyOf(program.pid);
    process.kill(program.pid, 'SIGTERM');
    await nothingIsLeftOf(family);
  });

  it('says in one line when the port is taken, and leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as AddressInfo;
    const program = startProgram(['npm', 'start'], { STACK_DATA_DIR: dataDir, PORT: String(port) });
    await program.until(/Gateway code/);
    const family = familyOf(program.pid);
    expect((await program.ended).code).toBe(1);
    expect(program.output()).toMatch(new RegExp(`^PORT ${port} is taken by another program\\.$`, 'm'));
    expect(program.output()).not.toContain(' at ');
    await nothingIsLeftOf(family);
  });

  it('stops with a line for each fault of the configuration, before anything is started', async () => {
    const folder = path.join(dataDir, 'untouched');
    const program = startProgram(['npm', 'start'], {
      STACK_DATA_DIR: folder,
      PORT: 'http',
      LOG_LEVEL: 'loud',
    });
    expect((await program.ended).code).toBe(1);
    expect(program.output()).toMatch(/^PORT .+$/m);
    expect(program.output()).toMatch(/^LOG_LEVEL .+$/m);
    expect(program.output()).not.toContain(' at ');
    expect(existsSync(folder)).toBe(false);
  });
});

/** The README's live stream tells alice of what is sent to her. */
async function hearsFromShell(url: string): Promise<void> {
  const stream = await listenFromShell(projectRoot(import.meta.url), url);
  onTestFinished(() => void stream.child.kill('SIGKILL'));
  const signIn = await postQuery<{ signIn: { token: string } }>(
    url,
    'mutation ($input: SignInInput!) { signIn(input: $input) { token } }',
    { variables: { input: { username: 'service', password: seededPassword } } },
  );
  const token = signIn.data?.signIn.token;
  const alice = await postQuery<{ userByUsername: { id: string } }>(
    url,
    '{ userByUsername(username: "alice") { id } }',
  );
  const send = (key: string) =>
    postQuery(
      url,
      'mutation ($input: SendNotificationInput!) { sendNotification(input: $input) { userErrors { code } } }',
      {
        token,
        variables: {
          input: {
            userId: alice.data?.userByUsername.id,
            templateId: toGlobalId('NotificationTemplate', '1'),
            variables: { number: '7', name: 'Alice', day: 'Friday' },
            idempotencyKey: key,
          },
        },
      },
    );
  // The stream may not have begun with the first.
  for (const key of ['one', 'two', 'three']) {
    expect((await send(key)).data).toEqual({ sendNotification: { userErrors: [] } });
    if (stream.output().includes('notificationReceived')) break;
    await once(stream.child.stdout ?? stream.child, 'data', { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
  }
  await stream.until(/"notificationReceived":\{"subject":"Your order 7 is on its way"\}/, patienceMs);
}

/** npm runs node directly, thanks to `exec`. */
function nodeOf(family: readonly number[]): number {
  const node = family[1];
  if (node === undefined) throw new Error('npm has no child');
  return node;
}
