import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import responseCachePlugin from '@apollo/server-plugin-response-cache';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { createContext, type Context } from './context.ts';
import { resolvers } from './resolvers.ts';
import { typeDefs } from './schema.ts';
import { cachedBytes, freshSeconds, settings } from './settings.ts';

/** Without a cache nobody reads the hints that the other plugin gathers from every field. */
const plugins: ApolloServerPlugin<Context>[] =
  settings.cache !== 'off'
    ? [
        ApolloServerPluginCacheControl({ defaultMaxAge: freshSeconds, calculateHttpHeaders: false }),
        responseCachePlugin<Context>({
          sessionId: ({ contextValue }) => Promise.resolve(contextValue.userId ?? null),
        }),
      ]
    : [ApolloServerPluginCacheControlDisabled()];

const server = new ApolloServer<Context>({
  typeDefs,
  resolvers,
  plugins,
  cache: new InMemoryLRUCache({ maxSize: cachedBytes }),
});

await startStandaloneServer(server, {
  context: ({ req }) => createContext(req.headers.authorization),
  listen: { host: '127.0.0.1', port: settings.port },
});
