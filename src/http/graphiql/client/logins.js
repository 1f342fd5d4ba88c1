/**
 * The seeded logins and the headers that carry them. A token lives only in this page: what is stored between visits is
 * the placeholder `Bearer login:alice`, so that no expired token can come back and none lies in localStorage.
 */

export const logins = ['alice', 'bob', 'carol', 'admin', 'service', 'anonymous'];

/** Every seeded login has it. */
const password = 'password';
const waitMs = 5_000;
const placeholder = /^Bearer login:(\w+)$/;

/** `signIn` never throws: it answers what to tell the visitor, or undefined when all went well. */
export function createLogins(endpoint) {
  const tokenOf = new Map();
  const loginOfToken = new Map();
  const running = new Map();

  async function requestToken(login) {
    const query = `mutation SignIn { signIn(input: { username: ${JSON.stringify(login)}, password: ${JSON.stringify(password)} }) { token userErrors { message } } }`;
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(waitMs),
    });
    const { data, errors } = await response.json();
    const token = data?.signIn?.token;
    if (typeof token !== 'string') {
      throw new Error(
        errors?.[0]?.message ?? data?.signIn?.userErrors?.[0]?.message ?? `HTTP ${response.status}`,
      );
    }
    tokenOf.set(login, token);
    loginOfToken.set(token, login);
  }

  /** With `again` the token that is there is replaced; two callers at once share one request. */
  async function signIn(login, { again = false } = {}) {
    if (login === 'anonymous' || (tokenOf.has(login) && !again)) return undefined;
    try {
      const request = running.get(login) ?? requestToken(login);
      running.set(login, request);
      await request;
      return undefined;
    } catch (error) {
      return `Sign-in as ${login} failed: ${error.name === 'TimeoutError' ? 'no answer' : error.message}`;
    } finally {
      running.delete(login);
    }
  }

  const bearer = (login) => `Bearer ${tokenOf.get(login) ?? `login:${login}`}`;

  /** A login's name, `anonymous` without the header, undefined for a token that is not one of ours. */
  function loginOf(text) {
    const value = authorizationOf(parse(text));
    return value === undefined ? 'anonymous' : loginOfValue(value);
  }

  function loginOfValue(value) {
    return placeholder.exec(value)?.[1] ?? loginOfToken.get(value.replace(/^Bearer /, ''));
  }

  return {
    signIn,
    loginOf,
    /** The headers with this login's token, all others kept. Throws when they are not a JSON object. */
    withLogin: (text, login) => rewrite(parse(text), login === 'anonymous' ? undefined : bearer(login)),
    /** An older token or a placeholder becomes the token of now; anything else stays as it is. */
    fresh: (text) => rewriteOr(text, (value) => (loginOfValue(value) ? bearer(loginOfValue(value)) : value)),
    /** As it may be stored: our tokens as placeholders, other tokens left out. */
    stored: (text) =>
      rewriteOr(text, (value) => (loginOfValue(value) ? `Bearer login:${loginOfValue(value)}` : undefined)),
    isPlaceholder: (value) => placeholder.test(value ?? ''),
  };
}

function parse(text) {
  const headers = (text ?? '').trim() === '' ? {} : JSON.parse(text);
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    throw new Error('not an object');
  return headers;
}

function authorizationOf(headers) {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === 'authorization');
  return name === undefined ? undefined : String(headers[name]);
}

function rewrite(headers, authorization) {
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization');
  const all = authorization === undefined ? others : [['Authorization', authorization], ...others];
  return all.length === 0 ? '' : JSON.stringify(Object.fromEntries(all), null, 2);
}

/** Leaves alone what holds no token, and what the visitor has not finished typing. */
function rewriteOr(text, change) {
  try {
    const headers = parse(text);
    const value = authorizationOf(headers);
    return value === undefined || change(value) === value ? text : rewrite(headers, change(value));
  } catch {
    return text;
  }
}
