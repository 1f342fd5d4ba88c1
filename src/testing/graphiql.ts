import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The first browser that is there, or undefined: then the check cannot run. */
export function findChromium(places: readonly string[] = usualPlaces): string | undefined {
  return places.find((place) => existsSync(place));
}

/** One click on the run button in one tab. */
export interface TabRun {
  /** The tab's title: its first operation, and later the one that it ran last. */
  readonly tab: string;
  /** Which operation to pick from the menu, when the tab holds several. */
  readonly operation?: string;
}

export interface GraphiqlCheck {
  /** Address of the page, such as `http://127.0.0.1:4000/graphiql`. */
  readonly url: string;
  readonly executablePath: string;
  /** Run one after the other, in the order given. */
  readonly runs?: readonly TabRun[];
  /** Chosen in the bar of each run's tab first. */
  readonly login?: string;
  readonly colorScheme?: 'light' | 'dark';
  /** A tab that an earlier visit has left, in front of the examples. */
  readonly kept?: {
    readonly title: string;
    readonly query: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** Called before the page is opened again, for what happens to the gateway meanwhile. */
  readonly betweenVisits?: () => void;
  /** Opens the page again in the same browser and runs these; their results follow the others. */
  readonly secondVisit?: readonly TabRun[];
  /** Where to put a PNG of the page after the last run. */
  readonly screenshot?: string;
}

export interface GraphiqlFacts {
  readonly title: string;
  readonly tabs: readonly string[];
  /** Every address asked for on another origin, sockets too. */
  readonly externalRequests: readonly string[];
  /** What the page's `securitypolicyviolation` events and the console say about its policy. */
  readonly violations: readonly string[];
  readonly consoleErrors: readonly string[];
  readonly results: readonly RunFacts[];
  /** As it stands after the last run. */
  readonly bar: { readonly login: string; readonly status: string };
  /** The page's localStorage, as JSON. */
  readonly stored: string;
  /** Over the wire on the first visit, compressed, page included. */
  readonly transferredBytes: number;
  /** From the start of the navigation until the run button is there. */
  readonly interactiveMs: number;
  /** Chromium's cumulative layout shift; 0 is none. */
  readonly layoutShift: number;
}

export interface RunFacts {
  /** The response editor's JSON. */
  readonly response: unknown;
  readonly headers: string;
  readonly login: string;
}

/** Opens GraphiQL in a headless browser with an empty profile and clicks. Rejects when something waits over 15 s. */
export async function checkGraphiql(check: GraphiqlCheck): Promise<GraphiqlFacts> {
  const browser = await chromium.launch({ executablePath: check.executablePath, args: quiet });
  try {
    const context = await browser.newContext({
      colorScheme: check.colorScheme ?? 'light',
      viewport: { width: 1440, height: 900 },
    });
    context.setDefaultTimeout(waitMs);
    await context.addInitScript({ content: probe });
    if (check.kept !== undefined) await context.addInitScript({ content: keptTab(check.kept) });
    const page = await context.newPage();
    const seen = listen(page, new URL(check.url).origin);

    await open(page, check.url);
    const loaded = await page.evaluate<Measured>(measure);
    const results: RunFacts[] = [];
    for (const run of check.runs ?? []) results.push(await runTab(page, run, check.login));
    if (check.secondVisit !== undefined) {
      // GraphiQL stores its tabs half a second after a change.
      await page.waitForTimeout(800);
      check.betweenVisits?.();
      await open(page, check.url);
      for (const run of check.secondVisit) results.push(await runTab(page, run, check.login));
    }
    await openEverything(page);
    if (check.screenshot !== undefined) await page.screenshot({ path: check.screenshot });

    const found = await page.evaluate<string[]>('window.__violations');
    return {
      ...loaded,
      title: await page.title(),
      tabs: await page.locator('.graphiql-tab-button').allTextContents(),
      externalRequests: [...seen.external],
      violations: [...new Set([...found, ...seen.violations])],
      consoleErrors: seen.errors,
      results,
      stored: await page.evaluate<string>('JSON.stringify({ ...localStorage })'),
      bar: { login: await barLogin(page), status: (await page.locator('#bar-status').textContent()) ?? '' },
    };
  } finally {
    await browser.close();
  }
}

const waitMs = 15_000;

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

interface Measured {
  readonly transferredBytes: number;
  readonly interactiveMs: number;
  readonly layoutShift: number;
}

/** In the page, before anything of it runs. Text, because this project compiles without the browser's types. */
const probe = `
window.__violations = [];
window.__layoutShift = 0;
document.addEventListener('securitypolicyviolation', (event) => {
  window.__violations.push(event.effectiveDirective + ' blocked ' + (event.blockedURI || 'inline'));
});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.__layoutShift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
window.__editorAt = (selector, nth) => document.querySelectorAll(selector + ' .CodeMirror')[nth].CodeMirror;
window.__until = (find) => new Promise((resolve, reject) => {
  const giveUp = setTimeout(() => reject(new Error('waited in vain for ' + find)), ${waitMs});
  const poll = setInterval(() => {
    const found = find();
    if (!found) return;
    resolve(found);
    clearInterval(poll);
    clearTimeout(giveUp);
  }, 20);
});
window.__response = () => {
  try { return JSON.parse(window.__editorAt('.result-window', 0).getValue()); } catch { return undefined; }
};
new MutationObserver((_changes, observer) => {
  if (document.querySelector('.graphiql-execute-button') === null) return;
  window.__interactiveMs = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });
`;

function keptTab({ title, query, headers }: NonNullable<GraphiqlCheck['kept']>): string {
  const tab = { id: 'kept', title, query, headers: JSON.stringify(headers), operationName: title };
  const state = JSON.stringify({ tabs: [{ ...tab, variables: '', response: null }], activeTabIndex: 0 });
  return `localStorage.setItem('graphiql:tabState', ${JSON.stringify(state)});`;
}

const measure = `({
  transferredBytes: [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((sum, entry) => sum + entry.transferSize, 0),
  interactiveMs: Math.round(window.__interactiveMs),
  layoutShift: window.__layoutShift,
})`;

function listen(page: Page, origin: string) {
  const external = new Set<string>();
  const errors: string[] = [];
  const violations: string[] = [];
  const note = (address: string) => {
    const url = new URL(address);
    const known = url.host === new URL(origin).host || ['data:', 'blob:', 'about:'].includes(url.protocol);
    if (!known) external.add(address);
  };
  page.on('request', (request) => note(request.url()));
  page.on('websocket', (socket) => note(socket.url()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const about = /content security policy/i.test(message.text()) ? violations : errors;
    about.push(message.text());
  });
  return { external, errors, violations };
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('.graphiql-execute-button').waitFor();
  // The schema has arrived: the button to fetch it again is enabled.
  await page.locator('button[aria-label="Re-fetch GraphQL schema"]:enabled').waitFor();
}

async function runTab(page: Page, run: TabRun, login: string | undefined): Promise<RunFacts> {
  await page.locator(`.graphiql-tab-button[title="${run.tab}"]`).click();
  if (login !== undefined) await chooseLogin(page, login);
  // GraphiQL reads the shown document a tenth of a second late; till then the button runs the last tab's operation.
  await page.evaluate(
    `window.__until(() => (window.__editorAt('.graphiql-query-editor', 0).operations ?? [])
      .some(({ name }) => name?.value === ${JSON.stringify(run.tab)}))`,
  );
  const menu = run.operation === undefined ? ':not([aria-haspopup])' : '[aria-haspopup]';
  await page.locator(`.graphiql-execute-button${menu}`).click();
  if (run.operation !== undefined)
    await page.getByRole('menuitem', { name: run.operation, exact: true }).click();
  // Not waitForFunction: it evaluates text inside the page, which the page's policy rightly forbids.
  const response = await page.evaluate<unknown>('window.__until(window.__response)');
  return {
    response,
    headers: await headersOf(page),
    login: await barLogin(page),
  };
}

/** What is not part of the first picture may break the policy as well; the dialogs bring a style of their own. */
async function openEverything(page: Page): Promise<void> {
  for (const dialog of ['Open short keys dialog', 'Open settings dialog']) {
    await page.getByLabel(dialog).click();
    await page.locator('.graphiql-dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.graphiql-dialog').waitFor({ state: 'detached' });
  }
  await page.getByLabel('Show History').click();
  await page.getByLabel('Show Documentation Explorer').click();
  await page.locator('.graphiql-doc-explorer').waitFor();
  await page.getByLabel('Hide Documentation Explorer').click();
}

async function chooseLogin(page: Page, login: string): Promise<void> {
  await page.locator('#bar-login').selectOption(login);
  await page.locator('#bar-status:empty').waitFor({ state: 'attached' });
}

async function barLogin(page: Page): Promise<string> {
  const select = page.locator('#bar-login');
  return (await select.count()) === 0 ? '' : select.inputValue();
}

/** Headers are the second of the two tools below the query. */
function headersOf(page: Page): Promise<string> {
  return page.evaluate<string>("window.__editorAt('.graphiql-editor-tool', 1).getValue()");
}
