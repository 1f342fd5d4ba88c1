import { HeaderMap } from '@apollo/server';
import {
  GraphQLError,
  OperationTypeNode,
  getVariableValues,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { Context } from '../context/context.ts';
import type { EdgeListener, EdgePlugin } from './joined-plugins.ts';

/** A subscription that Apollo has parsed, validated and limited, and does not execute. */
export interface ReadSubscription {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/** A symbol, so that no resolver comes upon it. */
const taker = Symbol('takes subscriptions');

interface Streamable extends Context {
  readonly [taker]: (subscription: ReadSubscription) => void;
}

/** The context of a transport that can stream: a subscription is given to `take` in place of being refused. */
export function asStreamable(context: Context, take: Streamable[typeof taker]): Context {
  const streamable: Streamable = { ...context, [taker]: take };
  return streamable;
}

const isStreamable = (context: Context): context is Streamable => taker in context;

/** Hands subscriptions to the transport that asked, or refuses them; Apollo would execute one once, as if it were a query. */
export function createSubscriptionPlugin(): EdgePlugin {
  const listener: EdgeListener = {
    didResolveOperation({ operation, contextValue, schema, request }) {
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
      if (!isStreamable(contextValue)) {
        const message = 'Subscriptions need a WebSocket, or accept: text/event-stream.';
        throw new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
      }
      // Checked here, where Apollo still formats the errors; for other operations its execution does it.
      const { errors } = getVariableValues(
        schema,
        operation.variableDefinitions ?? [],
        request.variables ?? {},
        // Each error takes as long as a small request, and a list may have as many as it has items.
        { maxErrors: 1 },
      );
      const [first] = errors ?? [];
      if (first === undefined) return;
      throw new GraphQLError(first.message, {
        nodes: first.nodes ?? null,
        extensions: { code: 'BAD_USER_INPUT' },
      });
    },
    responseForOperation(asked) {
      // Undefined where the document has none of that name, whatever the types say.
      const operation = asked.operation as OperationDefinitionNode | undefined;
      const { contextValue, document, request } = asked;
      if (operation?.operation !== OperationTypeNode.SUBSCRIPTION || !isStreamable(contextValue)) return null;
      contextValue[taker]({
        document,
        operationName: request.operationName,
        variableValues: request.variables ?? {},
      });
      const singleResult = { data: null };
      return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
    },
  };
  return { requestDidStart: () => listener };
}
