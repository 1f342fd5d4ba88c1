import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Log } from '../../log/log.ts';
import { type Asset, type Encoding, loadAssets } from './assets.ts';
import { renderPage } from './page.ts';

export interface GraphiqlOptions {
  /** Path of the GraphQL endpoint on the same origin, such as `/graphql`. */
  readonly endpoint: string;
  /** Signs the visitor in as a seeded login, offers the others, and lets `/` lead to the page. */
  readonly development: boolean;
  /** Shown beside the name. */
  readonly version?: string;
  readonly log?: Log;
}

/**
 * The one style GraphiQL 4.1.2 writes into the page: its menus and dialogs lock the page's scrolling with it. The text
 * is constant because the page has neither margins nor scroll bars, so its hash admits it and nothing else. The browser
 * test opens them all; with another GraphiQL it fails and names the new hash.
 */
const scrollLockStyle = 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo=';

/**
 * Everything comes from this origin and nothing else is inline. GraphiQL's style sheet carries its fonts and two marker
 * images as `data:` addresses; script never may.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' '${scrollLockStyle}'`,
  'font-src data:',
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

type Assets = ReadonlyMap<string, Asset>;

/** Serves GraphiQL at `/graphiql`, self-hosted. Nothing is read before the first visit. */
export function registerGraphiql(app: FastifyInstance, options: GraphiqlOptions): void {
  let loading: Promise<Assets | undefined> | undefined;
  const assetsFor = () =>
    (loading ??= loadAssets().catch((error: unknown) => {
      options.log?.warn(
        { err: error },
        'GraphiQL is not served: its files are neither packaged nor installed',
      );
      return undefined;
    }));

  app.get('/graphiql', async (_request, reply) => {
    const assets = await assetsFor();
    return assets === undefined ? notFound(reply) : sendPage(reply, renderPage(options, assets));
  });

  app.get<{ Params: { name: string }; Querystring: { v?: string } }>(
    '/graphiql/assets/:name',
    async (request, reply) => {
      const asset = (await assetsFor())?.get(request.params.name);
      return asset === undefined ? notFound(reply) : sendAsset(request, reply, asset, request.query.v);
    },
  );

  app.get('/graphiql/', (_request, reply) => reply.redirect('/graphiql'));
  if (options.development) app.get('/', (_request, reply) => reply.redirect('/graphiql'));
}

function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-cache',
    })
    .send(html);
}

async function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  asset: Asset,
  version: string | undefined,
): Promise<FastifyReply> {
  const etag = `"${asset.hash}"`;
  reply.headers({
    'content-type': asset.type,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    // An address with another hash is from a page before or after this release: never keep our content under it.
    'cache-control': version === asset.hash ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
    etag,
  });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();

  const encoding = acceptedEncoding(request.headers['accept-encoding']);
  if (encoding === undefined) return reply.send(asset.body);
  return reply.header('content-encoding', encoding).send(await asset.compressed(encoding));
}

function acceptedEncoding(header: string | string[] | undefined): Encoding | undefined {
  const accepted = String(header ?? '')
    .split(',')
    .map((entry) => entry.replaceAll(' ', ''))
    .filter((entry) => !/;q=0(\.0*)?$/.test(entry))
    .map((entry) => entry.split(';')[0]);
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding));
}

/** The answer that every unknown path gets. */
function notFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}
