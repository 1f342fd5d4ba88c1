import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { createInMemoryCache, useResponseCache } from '@graphql-yoga/plugin-response-cache';
import { createRedisCache } from '@envelop/response-cache-redis';
import { createSchema, createYoga } from 'graphql-yoga';
import { Redis } from 'ioredis';
import { createContext, type Context } from './context.ts';
import { findUrl } from './redirects.ts';
import { resolvers } from './resolvers.ts';
import { typeDefs } from './schema.ts';
import { cachedEntries, freshSeconds, settings } from './settings.ts';

const yoga = createYoga<object, Context>({
  schema: createSchema({ typeDefs, resolvers }),
  context: ({ request }) => createContext(request.headers.get('authorization') ?? undefined),
  graphiql: false,
  landingPage: false,
  logging: false,
  plugins: [
    useGraphQlJit(),
    ...(settings.cache !== 'off'
      ? [
          useResponseCache({
            session: (request) => request.headers.get('authorization'),
            ttl: freshSeconds * 1_000,
            cache:
              settings.cache === 'redis'
                ? createRedisCache({ redis: new Redis(settings.redisUrl) })
                : createInMemoryCache({ max: cachedEntries }),
          }),
        ]
      : []),
  ],
});

createServer((request, response) => {
  if (request.method !== 'GET') {
    void yoga(request, response);
    return;
  }
  findUrl(request.url?.slice(1) ?? '').then(
    (url) =>
      response.writeHead(url === undefined ? 404 : 302, url === undefined ? {} : { location: url }).end(),
    () => response.writeHead(500).end(),
  );
}).listen(settings.port, '127.0.0.1');
