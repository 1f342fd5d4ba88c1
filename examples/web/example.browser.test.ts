import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seedWorld, type Seeded } from '../../src/testing/clients/seeded.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { findChromium } from '../../src/testing/graphiql.ts';
import { PASS } from '../../src/testing/servers/fault-mode.ts';
import { createFaultProxy, type FaultProxy } from '../../src/testing/servers/fault-proxy.ts';
import { createWorld, type World } from '../../src/testing/world.ts';
import { serveExample, type ExampleServer } from './serve.ts';
import { openExample, type Visitor } from './visitor.ts';

const executablePath = findChromium();
const reason =
  executablePath === undefined ? ' (skipped: no Chromium found, install the package chromium)' : '';
const manifest = path.join(import.meta.dirname, 'app/generated/persisted-documents.json');

describe.skipIf(executablePath === undefined)(`the example${reason}`, { timeout: 120_000 }, () => {
  let world: World;
  let seeded: Seeded;
  let site: ExampleServer;
  /** Of the internet: it takes registered documents only, and nobody may ask for everything. */
  let strict: Gateway;
  /** What the page takes for the gateway. */
  let proxy: FaultProxy;
  let browser: Browser;
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    site = await serveExample({ port: 0, graphqlUrl: () => proxy.through('http://gateway/graphql') });
    const env = { CORS_ORIGINS: site.url, MAX_COST: '100' };
    world = await createWorld({ env });
    seeded = await seedWorld(world);
    strict = await world.anotherGateway({
      env: { ...env, TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_FILES: manifest, RATE_LIMIT: '1000' },
    });
    proxy = await createFaultProxy({ targetPort: portOf(strict) });
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  }, 60_000);
  afterEach(async () => {
    for (const { page } of visitors.splice(0)) await page.close();
    proxy.leadTo(portOf(strict));
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
    await proxy.close();
    await world.close();
  });

  async function visit(prepare?: (page: Page) => Promise<void>): Promise<Visitor> {
    const visitor = await openExample(browser, site.url, prepare);
    visitors.push(visitor);
    return visitor;
  }

  /** In the group of all three, past the page and its gateway. */
  async function bobSays(text: string): Promise<void> {
    const { errors } = await world.gateway.query(
      'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }',
      {
        token: seeded.tokens.bob,
        variables: { input: { chatId: seeded.group, text, clientMessageId: text } },
      },
    );
    expect(errors).toEqual([]);
  }

  it('what one says the other hears at once, from registered documents alone', async () => {
    const [alice, bob] = [await visit(), await visit()];
    await alice.signIn('alice');
    await bob.signIn('bob');
    await alice.openChat('Garden');
    await bob.openChat('Alice');
    expect(await alice.said.count()).toBe(20);
    await alice.page.getByRole('button', { name: 'Older messages' }).click();
    await until(() => alice.said.count()).toBe(40);
    expect(await alice.said.first().textContent()).toBe('Week 81: watered the beans.');
    expect(await alice.said.last().textContent()).toBe('Week 120: cut the hedge.');

    await alice.openChat('Bob');
    await alice.say('Tea at five?');
    await bob.page.getByText('Tea at five?').waitFor();
    await until(() => alice.page.locator('.outbox li').count()).toBe(0);
    expect(await alice.page.getByText('Tea at five?').count()).toBe(1);

    expect(await alice.page.locator('.points').textContent()).toMatch(/^9\d\d of 1000 points until /);
    expect([alice.errors, bob.errors]).toEqual([[], []]);
    expect(alice.strangers([site.url, proxy.through('http://gateway').slice(0, -1)])).toEqual([]);
  });

  it('the shop is searched page by page, and fills a cart', async () => {
    const alice = await visit();
    await alice.signIn('alice');
    await alice.page.getByRole('button', { name: 'Shop' }).click();
    const offers = alice.page.locator('.offers li');
    await until(() => offers.count()).toBe(12);
    await alice.page.getByRole('button', { name: 'More products' }).click();
    await until(() => offers.count()).toBe(24);

    await alice.page.getByLabel('Search products').fill('copper kettle');
    await alice.page.getByRole('button', { name: 'Search', exact: true }).click();
    await alice.page.getByText('1 of 1 products').waitFor();
    await alice.page.getByRole('button', { name: 'Add Copper Kettle to the cart' }).click();
    const line = alice.page.locator('.lines li', { hasText: 'Copper Kettle' });
    await line.getByRole('button', { name: 'One more' }).click();
    await until(() => line.locator('output').textContent()).toBe('2');
    expect(alice.errors).toEqual([]);
  });

  it('what the user can mend is said where it is', async () => {
    const alice = await visit();
    await alice.signIn('alice', 'wrong');
    await until(() => alice.page.getByRole('alert').textContent()).toMatch(/password/);
    await alice.signIn('alice');
    await alice.openChat('Garden');
    await alice.say(' ');
    await until(() => alice.page.getByLabel('Message', { exact: true }).getAttribute('aria-invalid')).toBe(
      'true',
    );
    expect(alice.errors).toEqual([]);
  });

  /** The gateway of a page dies; what does not hang on the page goes on. */
  async function dies({ page }: Visitor): Promise<void> {
    await proxy.setMode({ kind: 'refuse' });
    proxy.resetConnections();
    await page.getByText('Connecting again').waitFor();
  }

  /** Another gateway takes its place, and is listened to. */
  async function isReplaced(): Promise<void> {
    proxy.leadTo(portOf(world.gateway));
    await proxy.setMode(PASS);
    const { pubsubSubscriptions } = world.gateway.app.metrics;
    const listeners = async () => (await pubsubSubscriptions.get()).values[0]?.value;
    await until(listeners).toBeGreaterThan(0);
  }

  const withWord = async ({ said }: Visitor, word: string) =>
    (await said.allTextContents()).filter((text) => text.startsWith(word));

  it('nothing is missed and nothing said twice when a gateway dies', async () => {
    const alice = await visit();
    await alice.signIn('alice');
    await alice.openChat('Garden');
    await dies(alice);
    await bobSays('Kept: from Bob');
    await alice.say('Kept: from Alice');
    await isReplaced();
    await alice.page.locator('.messages').getByText('Kept: from Alice').waitFor();
    await bobSays('Kept: later');
    await alice.page.getByText('Kept: later').waitFor();
    expect(await withWord(alice, 'Kept')).toEqual(['Kept: from Bob', 'Kept: from Alice', 'Kept: later']);
    // Chromium says by itself that a server was away.
    expect(alice.errors.filter((text) => !text.includes('ERR_CONNECTION'))).toEqual([]);
  });

  it('what was said meanwhile is missed where a client forgets what it saw last: the control', async () => {
    const forgetful = await visit((page) =>
      page.routeWebSocket(/graphql/, (socket) => {
        const server = socket.connectToServer();
        socket.onMessage((message) => server.send(String(message).replace(/,"after":"[^"]*"/, '')));
      }),
    );
    await forgetful.signIn('alice');
    await forgetful.openChat('Garden');
    await dies(forgetful);
    await bobSays('Lost: from Bob');
    await isReplaced();
    await bobSays('Lost: later');
    await forgetful.page.getByText('Lost: later').waitFor();
    expect(await withWord(forgetful, 'Lost')).toEqual(['Lost: later']);
  });

  it('who has asked for too much is told how long to wait, and then answered', async () => {
    const carol = await visit();
    await carol.signIn('carol');
    await carol.openChat('Garden');
    await carol.page.clock.install();
    const miserly = await world.anotherGateway({ env: { CORS_ORIGINS: site.url, RATE_LIMIT: '1' } });
    proxy.leadTo(portOf(miserly));
    await carol.page.getByRole('button', { name: 'Shop' }).click();
    await until(() => carol.notice.textContent()).toMatch(
      /^You have asked for as much as one may in a minute\. Trying again in \d+ s\.$/,
    );
    expect(await carol.page.locator('.offers li').count()).toBe(0);
    proxy.leadTo(portOf(strict));
    await carol.page.clock.fastForward(60_000);
    await until(() => carol.page.locator('.offers li').count()).toBe(12);
    expect(carol.errors.filter((text) => !/status of 429|ERR_CONNECTION/.test(text))).toEqual([]);
  });

  it('a page asks in whole documents where its own are not known yet', async () => {
    proxy.leadTo(portOf(world.gateway));
    const alice = await visit();
    await alice.signIn('alice');
    await alice.openChat('Garden');
    await bobSays('In other words');
    await alice.page.getByText('In other words').waitFor();
    expect(alice.errors).toEqual([]);
  });

  it('whose session has ended is asked to sign in again', async () => {
    const bob = await visit();
    await bob.signIn('bob');
    await bob.openChat('Garden');
    await world.gateway.query('mutation { signOutEverywhere { endedSessions } }', {
      token: seeded.tokens.bob,
    });
    await bob.page.getByText('Please sign in again.').waitFor();
    await bob.signIn('bob');
    await bob.openChat('Garden');
    expect(bob.errors).toEqual([]);
  });
});

/** Machines are busy. */
const until = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 15_000 });

const portOf = ({ url }: Gateway): number => Number(new URL(url).port);
