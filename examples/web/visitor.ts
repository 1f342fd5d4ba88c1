import type { Browser, Locator, Page } from 'playwright-core';

/** Somebody in front of the example, in a window of a profile of its own. */
export interface Visitor {
  readonly page: Page;
  /** The line that tells how it goes. */
  readonly notice: Locator;
  /** What was said in the chat that is open, without who and when. */
  readonly said: Locator;
  signIn(username: string, password?: string): Promise<void>;
  /** Opens a chat and waits until its stream is live. */
  openChat(title: string): Promise<void>;
  say(text: string): Promise<void>;
  /** Errors of the page, and what its console says of errors. */
  readonly errors: readonly string[];
  /** Addresses asked for beyond the page's own and those it was told of; sockets too. */
  strangers(known: readonly string[]): readonly string[];
}

/** Opens the example. Whatever is waited for over 15 s fails. */
export async function openExample(
  browser: Browser,
  url: string,
  prepare: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<Visitor> {
  const page = await browser.newPage({ viewport: { width: 1180, height: 780 }, colorScheme: 'light' });
  page.setDefaultTimeout(15_000);
  const errors: string[] = [];
  const addresses = new Set<string>();
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => addresses.add(new URL(request.url()).host));
  page.on('websocket', (socket) => addresses.add(new URL(socket.url()).host));
  await prepare(page);
  await page.goto(url);
  return {
    page,
    notice: page.locator('.notice'),
    said: page.locator('.messages li p'),
    errors,
    strangers: (known) => [...addresses].filter((host) => host !== '' && !known.includes(`http://${host}`)),
    async signIn(username, password = 'password') {
      await page.getByLabel('User name').fill(username);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    },
    async openChat(title) {
      await page.getByRole('navigation', { name: 'Chats' }).getByRole('button', { name: title }).click();
      await page.locator('.state.live').waitFor();
    },
    async say(text) {
      await page.getByLabel('Message', { exact: true }).fill(text);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
    },
  };
}
