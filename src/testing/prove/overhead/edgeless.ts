import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Context } from '../../../context/context.ts';
import { createCompiledPlugin } from '../../../graphql/compiled/compiled-plugin.ts';
import { joinPlugins } from '../../../graphql/joined-plugins.ts';
import type { Around } from '../../../overrides.ts';

const keptDocuments = 1_000;

/**
 * Apollo as it would be for trusted people alone: nobody is limited, charged, told a cost or kept from anything. What it keeps
 * of documents and what it leaves out of Apollo is the gateway's own.
 */
export const edgeless: Around['graphql'] =
  () =>
  ({ schema, compile, clock, log, metrics }) =>
    new ApolloServer<Context>({
      schema,
      plugins: [
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginLandingPageDisabled(),
        ApolloServerPluginUsageReportingDisabled(),
        timing({ clock, metrics }),
        ...(compile === undefined ? [] : [compiling({ schema, compile, clock, log, metrics })]),
      ],
      introspection: true,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      csrfPrevention: false,
      persistedQueries: false,
      documentStore: createStore(),
    });

type Needs = Parameters<ReturnType<Around['graphql']>>[0];

/** Every gateway measures what it does. */
function timing({ clock, metrics }: Pick<Needs, 'clock' | 'metrics'>): ApolloServerPlugin<Context> {
  return {
    requestDidStart() {
      const startedAt = clock.monotonic();
      return Promise.resolve({
        willSendResponse({ operation, operationName }) {
          const labels = { operation: operationName ?? 'anonymous', type: operation?.operation ?? 'none' };
          metrics.operationSeconds.observe(labels, (clock.monotonic() - startedAt) / 1_000);
          return Promise.resolve();
        },
      });
    },
  };
}

/** Every gateway executes in the same way. */
const compiling = (needs: Pick<Required<Needs>, 'schema' | 'compile' | 'clock' | 'log' | 'metrics'>) =>
  joinPlugins([createCompiledPlugin({ ...needs, formatError: (formatted) => formatted })]);

function createStore() {
  const kept = new LRUCache<string, DocumentNode>({ max: keptDocuments });
  return {
    get: (key: string) => Promise.resolve(kept.get(key)),
    set: (key: string, document: DocumentNode) => Promise.resolve(void kept.set(key, document)),
    delete: (key: string) => Promise.resolve(kept.delete(key)),
  };
}
