import { makeExecutableSchema } from '@graphql-tools/schema';
import fastify from 'fastify';
import { Redis } from 'ioredis';
import mercurius from 'mercurius';
import cache from 'mercurius-cache';
import { createContext, type Context } from './context.ts';
import { findUrl } from './redirects.ts';
import { resolvers } from './resolvers.ts';
import type { ChatRow, MessageRow, ProductRow } from './rows.ts';
import { typeDefs } from './schema.ts';
import { cachedEntries, freshSeconds, settings } from './settings.ts';

const app = fastify();

await app.register(mercurius.default, {
  schema: makeExecutableSchema({ typeDefs, resolvers }),
  context: (request) => createContext(request.headers.authorization),
  // Compiled when it is asked for the first time.
  jit: 1,
  graphiql: false,
});

const productReference = ({ id }: ProductRow) => `product:${id}`;

interface Asked<Self> {
  readonly self: Self;
  readonly arg: Readonly<Record<string, unknown>>;
  readonly ctx: Context;
}

/** Its cache is of resolvers' results: each that costs a statement is named, with a key of its own, as the documentation advises. */
if (settings.cache !== 'off') {
  await app.register(cache.default, {
    ttl: freshSeconds,
    storage:
      settings.cache === 'redis'
        ? {
            type: 'redis',
            options: {
              client: new Redis(settings.redisUrl),
              invalidation: { invalidate: true, referencesTTL: freshSeconds },
            },
          }
        : { type: 'memory', options: { size: cachedEntries, invalidation: true } },
    policy: {
      Query: {
        product: {
          key: ({ arg }: Asked<unknown>) => String(arg['id']),
          references: (_asked: unknown, _key: string, row: ProductRow | null) =>
            row === null ? [] : [productReference(row)],
        },
        products: {
          key: ({ arg }: Asked<unknown>) => `${String(arg['category'])} ${String(arg['first'])}`,
          references: (_asked: unknown, _key: string, page: { readonly nodes: readonly ProductRow[] }) =>
            page.nodes.map(productReference),
        },
        chat: { key: ({ arg, ctx }: Asked<unknown>) => `${String(ctx.userId)} ${String(arg['id'])}` },
      },
      Product: {
        inventory: { key: ({ self }: Asked<ProductRow>) => self.id },
        images: { key: ({ self }: Asked<ProductRow>) => self.id },
        description: { key: ({ self }: Asked<ProductRow>) => self.id },
      },
      Chat: { messages: { key: ({ self, arg }: Asked<ChatRow>) => `${self.id} ${String(arg['first'])}` } },
      Message: { author: { key: ({ self }: Asked<MessageRow>) => String(self.authorId) } },
      Mutation: {
        updateProduct: {
          invalidate: (
            _self: unknown,
            _arg: unknown,
            _context: unknown,
            _info: unknown,
            { product }: { readonly product: ProductRow | null },
          ) => (product === null ? [] : [productReference(product)]),
        },
      },
    },
  });
}

app.get<{ Params: { readonly code: string } }>('/:code', async ({ params: { code } }, reply) => {
  const url = await findUrl(code);
  return url === undefined ? reply.code(404).send() : reply.redirect(url, 302);
});

await app.listen({ host: '127.0.0.1', port: settings.port });
