import type { Asset } from './assets.ts';

/**
 * The page has no inline script or style: what the client must know travels in `data-` attributes. The bar is part of
 * the page itself, at its final height, so that nothing moves when GraphiQL mounts below it.
 */
export function renderPage(
  options: { readonly endpoint: string; readonly development: boolean; readonly version?: string },
  assets: ReadonlyMap<string, Asset>,
): string {
  const address = (name: string) => `/graphiql/assets/${name}?v=${assets.get(name)?.hash ?? ''}`;
  const version =
    options.version === undefined ? '' : `<span class="bar-version">${escapeHtml(options.version)}</span>`;
  // client.js stands before GraphiQL's megabyte: it signs in while that is still being fetched and parsed.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Tributary · GraphiQL</title>
<link rel="icon" type="image/svg+xml" href="${address('favicon.svg')}">
<link rel="stylesheet" href="${address('graphiql.min.css')}">
<link rel="stylesheet" href="${address('client.css')}">
<link rel="modulepreload" href="/graphiql/assets/logins.js">
<link rel="modulepreload" href="/graphiql/assets/example-tabs.js">
<script type="module" src="${address('client.js')}"></script>
<script defer src="${address('react.js')}"></script>
<script defer src="${address('react-dom.js')}"></script>
<script defer src="${address('graphiql.min.js')}"></script>
</head>
<body>
<header class="bar">
<img class="bar-mark" src="${address('favicon.svg')}" width="22" height="22" alt="">
<span class="bar-name">Tributary</span>${version}
<span class="bar-status" id="bar-status" role="status"></span>
${options.development ? loginForm : ''}
</header>
<main id="graphiql" data-endpoint="${escapeHtml(options.endpoint)}" data-development="${options.development}">
<p class="loading">Loading GraphiQL…</p>
<noscript><p class="loading">GraphiQL needs JavaScript.</p></noscript>
</main>
</body>
</html>
`;
}

/** Empty until client.js fills it in, in the space it will keep. */
const loginForm = `<button class="bar-again" id="bar-again" type="button" hidden>Sign in again</button>
<label class="bar-label" for="bar-login">Signed in as</label>
<select class="bar-login" id="bar-login" aria-label="Signed in as" disabled></select>`;

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
