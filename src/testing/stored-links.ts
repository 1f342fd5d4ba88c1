import { codeOf } from '../../datasources/links/codes.ts';
import type { World } from './world.ts';
import { onServer, type TestDatabase } from './database.ts';

/** A link in Postgres, as a gateway has not seen it yet. */
export interface StoredLink {
  readonly id: string;
  readonly code: string;
}

let made = 0;

/** Past the gateway, and on the replica too. */
export async function storeLink(
  database: TestDatabase,
  { url = 'https://example.com/somewhere?a=b', alias, expiresAt }: NewLink = {},
): Promise<StoredLink> {
  const [row] = await onServer<{ id: string }>(
    database.primaryUrl,
    'SELECT (first_link_id(now()) + $1)::text AS id',
    [++made],
  );
  const id = row?.id ?? '';
  const code = alias ?? codeOf(id);
  await onServer(
    database.primaryUrl,
    'INSERT INTO links (id, code, url, owner_id, expires_at) VALUES ($1, $2, $3, 1, $4)',
    [id, code, url, expiresAt ?? null],
  );
  if (alias !== undefined)
    await onServer(database.primaryUrl, 'INSERT INTO link_aliases VALUES ($1, $2)', [alias, id]);
  await database.replicated();
  return { id, code };
}

interface NewLink {
  readonly url?: string;
  readonly alias?: string;
  readonly expiresAt?: Date;
}

export interface Followed {
  readonly status: number;
  readonly location: string | null;
  readonly headers: Headers;
  readonly text: string;
  /** Whether it was answered in front of the framework, which alone has headers about documents. */
  readonly isHot: boolean;
}

/** Asks for a path and goes no further. */
export async function follow(
  { url }: { readonly url: string },
  path: string,
  init: RequestInit = {},
): Promise<Followed> {
  const response = await fetch(`${url}/${path}`, {
    redirect: 'manual',
    signal: AbortSignal.timeout(15_000),
    ...init,
  });
  const { status, headers } = response;
  const isHot = !headers.has('content-security-policy');
  return { status, headers, location: headers.get('location'), text: await response.text(), isHot };
}

/** As a crawler, which is not counted: the first time fills Redis, the second makes the copy in the process. */
export async function warmUp({ gateway }: Pick<World, 'gateway'>, code: string): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    await follow(gateway, code, { headers: { 'user-agent': 'warming bot' } });
    await gateway.app.idle();
  }
}
