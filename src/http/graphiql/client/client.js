import { exampleTabs } from './example-tabs.js';
import { createLogins, logins } from './logins.js';

const root = document.getElementById('graphiql');
const { endpoint } = root.dataset;
const development = root.dataset.development === 'true';
const bar = {
  status: document.getElementById('bar-status'),
  login: document.getElementById('bar-login'),
  again: document.getElementById('bar-again'),
};

const session = createLogins(endpoint);
const storage = createStorage();
const other = 'another token';
let shownTab;

start().catch((error) => {
  root.querySelector('.loading').textContent = `GraphiQL could not start: ${error.message}`;
});

async function start() {
  const tabs = loadTabs();
  // GraphiQL's scripts load meanwhile; the page's own scripts have all run once the document is loaded.
  const [problems] = await Promise.all([development ? signInFor(tabs) : [], documentLoaded()]);
  for (const tab of tabs.tabs) if (development) tab.headers = session.fresh(tab.headers);
  storage.setItem('graphiql:tabState', JSON.stringify(tabs));

  if (development) startBar();
  showTab(tabs);
  const problem = problems.find((text) => text !== undefined);
  say(problem ?? '', { again: problem !== undefined });
  mount();
}

async function signInFor({ tabs }) {
  const wanted = new Set(tabs.map((tab) => loginOf(tab)).filter((login) => login !== other));
  return Promise.all([...wanted].map((login) => session.signIn(login)));
}

function documentLoaded() {
  return new Promise((resolve) => {
    if (globalThis.GraphiQL !== undefined) resolve();
    else document.addEventListener('DOMContentLoaded', resolve, { once: true });
  });
}

// The tabs -----------------------------------------------------------------------------------------------------------

/** What is stored, and after it the examples this browser has not seen yet: a returning visitor gets new ones. */
function loadTabs() {
  const stored = readJson('graphiql:tabState');
  const known =
    Array.isArray(stored?.tabs) && stored.tabs.length > 0 ? stored : { tabs: [], activeTabIndex: 0 };
  const seen = known.tabs.length === 0 ? [] : (readJson('tributary:seen-examples') ?? []);
  const added = exampleTabs.filter(({ name }) => !seen.includes(name)).map(tabOf);
  localStorage.setItem('tributary:seen-examples', JSON.stringify(exampleTabs.map(({ name }) => name)));
  for (const tab of known.tabs)
    tab.headers = development ? (tab.headers ?? session.withLogin('', 'alice')) : null;
  const tabs = [...known.tabs, ...added];
  return { tabs, activeTabIndex: Math.min(Math.max(known.activeTabIndex ?? 0, 0), tabs.length - 1) };
}

function tabOf({ name, query, variables, login = 'alice' }) {
  const operationName = /^(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1] ?? null;
  return {
    id: `example-${name}-${Math.random().toString(36).slice(2)}`,
    title: operationName ?? name,
    query,
    variables: variables === undefined ? '' : JSON.stringify(variables, null, 2),
    headers: development ? session.withLogin('', login) : null,
    operationName,
    response: null,
  };
}

function readJson(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/**
 * GraphiQL's storage. The active tab's stored state is the one truth for what the editors show first: by itself GraphiQL
 * keeps query, variables and headers a second time, and where the two differ (on every first visit with prepared tabs)
 * it adds an untitled tab and forgets the variables. Tokens are not stored, see logins.js.
 */
function createStorage() {
  const ofActiveTab = {
    'graphiql:query': 'query',
    'graphiql:variables': 'variables',
    'graphiql:headers': 'headers',
  };
  const eachHeaders = (json, change) => {
    try {
      const rewritten = (key, value) =>
        key === 'headers' && typeof value === 'string' ? change(value) : value;
      return JSON.stringify(JSON.parse(json), rewritten);
    } catch {
      return json;
    }
  };
  const ours = () => Object.keys(localStorage).filter((key) => /^(graphiql|tributary):/.test(key));
  return {
    getItem(key) {
      if (key in ofActiveTab) {
        const state = JSON.parse(this.getItem('graphiql:tabState') ?? 'null');
        return state?.tabs[state.activeTabIndex]?.[ofActiveTab[key]] ?? null;
      }
      const value = localStorage.getItem(key);
      return value === null ? null : eachHeaders(value, session.fresh);
    },
    setItem(key, value) {
      if (!(key in ofActiveTab)) localStorage.setItem(key, eachHeaders(value, session.stored));
    },
    removeItem: (key) => localStorage.removeItem(key),
    clear: () => ours().forEach((key) => localStorage.removeItem(key)),
    get length() {
      return ours().length;
    },
  };
}

// GraphiQL -----------------------------------------------------------------------------------------------------------

function mount() {
  const { GraphiQL, React, ReactDOM } = globalThis;
  const properties = {
    fetcher: createFetcher(GraphiQL.createFetcher),
    storage,
    defaultQuery: '# Ctrl-Space suggests, Ctrl-Enter runs.\n\n',
    defaultHeaders: development ? session.withLogin('', 'alice') : '',
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: development,
    showPersistHeadersSettings: false,
    onTabChange: (state) => {
      showTab(state);
      // GraphiQL calls this in the middle of its own update; the editor is written after it.
      setTimeout(refreshHeaders);
    },
  };
  // The bar already says whose page this is.
  const logo = React.createElement(GraphiQL.Logo, null, null);
  ReactDOM.createRoot(root).render(React.createElement(GraphiQL, properties, logo));
}

/** Subscriptions go over a WebSocket, which takes the headers as connection params. */
function createFetcher(create) {
  const subscriptionUrl = new URL(endpoint, location.href.replace(/^http/, 'ws')).href;
  const fetcher = create({ url: endpoint, subscriptionUrl, fetch: watchedFetch });
  return (request, options) =>
    fetcher(request, { ...options, headers: withoutPlaceholder(options?.headers) });
}

function withoutPlaceholder(headers = {}) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => !session.isPlaceholder(value)));
}

/** Sends no placeholder, and tells the visitor when a login we gave out is over. */
async function watchedFetch(url, init) {
  const headers = withoutPlaceholder(init.headers);
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'authorization');
  const response = await fetch(url, { ...init, headers });
  if (development && name !== undefined) watchSession(response.clone(), JSON.stringify(headers));
  return response;
}

async function watchSession(response, sentHeaders) {
  const { errors } = await response.json().catch(() => ({}));
  const login = session.loginOf(sentHeaders);
  const refused =
    Array.isArray(errors) && errors.some((error) => error.extensions?.code === 'UNAUTHENTICATED');
  if (refused && login !== undefined && login !== 'anonymous') {
    say(`The session of ${login} has ended.`, { again: true });
  }
}

// The bar ------------------------------------------------------------------------------------------------------------

function startBar() {
  for (const name of [...logins, other]) bar.login.add(new Option(name, name));
  bar.login.options[logins.length].hidden = true;
  bar.login.disabled = false;
  bar.login.addEventListener('change', () => applyLogin(bar.login.value));
  bar.again.addEventListener('click', () => applyLogin(bar.login.value, { again: true }));
}

/** Signs in and puts the token into the headers of the tab that is shown; its other headers stay. */
async function applyLogin(login, options) {
  say(`Signing in as ${login}…`);
  const tab = shownTab;
  const problem = await session.signIn(login, options);
  if (shownTab !== tab) return;
  const editor = headerEditor();
  try {
    editor.setValue(session.withLogin(editor.getValue(), login));
    say(problem ?? '', { again: problem !== undefined });
  } catch {
    bar.login.value = loginOf({ headers: editor.getValue() });
    say('The headers of this tab are not a JSON object; nothing was changed.');
  }
}

/** The tab just shown may hold the token of an earlier sign-in. */
function refreshHeaders() {
  const editor = headerEditor();
  if (!development || editor === undefined) return;
  const headers = editor.getValue();
  const fresh = session.fresh(headers);
  if (fresh !== headers) editor.setValue(fresh);
}

function showTab({ tabs, activeTabIndex }) {
  if (!development) return;
  bar.login.value = loginOf(tabs[activeTabIndex]);
  const { id } = tabs[activeTabIndex];
  // What was said about another tab goes; what signing in again would mend stays.
  if (id !== shownTab && bar.again.hidden) say('');
  shownTab = id;
}

function loginOf(tab) {
  try {
    return session.loginOf(tab.headers) ?? other;
  } catch {
    return other;
  }
}

/** GraphiQL offers no way in; CodeMirror leaves its instance at its element. Headers are the second of the two tools. */
function headerEditor() {
  return document.querySelectorAll('.graphiql-editor-tool .CodeMirror')[1]?.CodeMirror;
}

function say(text, { again = false } = {}) {
  bar.status.textContent = text;
  bar.status.title = text;
  if (bar.again !== null) bar.again.hidden = !again;
}
