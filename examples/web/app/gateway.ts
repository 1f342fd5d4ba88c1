import {
  Client,
  CombinedError,
  fetchExchange,
  mapExchange,
  type OperationResult,
  type TypedDocumentNode,
} from '@urql/core';
import { faultOf, GatewayFault, waitBefore, type Fault, type Repeatable } from './faults.ts';
import { pause } from './pause.ts';
import { byId, unknownDocument } from './registered.ts';

/** Questions and changes of one session. */
export interface Gateway {
  /** Rejects with `GatewayFault` where asking again does not help. */
  ask<Data, Variables extends Values>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>;
  /** The same for a mutation. */
  change<Data, Variables extends Values>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    repeatable: Repeatable,
  ): Promise<Data>;
}

type Values = Readonly<Record<string, unknown>>;

/** What the asker may still take in this minute, in points. */
export interface Budget {
  readonly limit: number;
  readonly remaining: number;
  /** ISO 8601. */
  readonly resetAt: string;
}

interface Needs {
  /** Such as `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  readonly token?: string;
  /** Ends what waits. */
  readonly signal: AbortSignal;
  readonly onBudget: (budget: Budget) => void;
  /** Something will be asked again, so many milliseconds from now. */
  readonly onWait: (fault: Fault, ms: number) => void;
}

const maxAttempts = 6;

export function createGateway({ url, token, signal, onBudget, onWait }: Needs): Gateway {
  const client = new Client({
    url,
    // No cache but the gateway's: its answers are never older than the last write that it has acknowledged.
    exchanges: [mapExchange({ onOperation: byId }), fetchExchange],
    requestPolicy: 'network-only',
    preferGetMethod: false,
    fetchOptions: token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  });

  async function persist<Data>(send: Send<Data>, repeatable: Repeatable): Promise<Data> {
    let isWhole = false;
    for (let attempt = 1; ; attempt += 1) {
      const { data, error, extensions } = await send(isWhole).toPromise();
      signal.throwIfAborted();
      const budget = budgetIn(extensions);
      if (budget !== undefined) onBudget(budget);
      // Each panel asks its own question, so that a part that is missing makes no other panel wait.
      if (error === undefined && data !== undefined) return data;
      const fault = faultOf(error ?? new CombinedError({}));
      if (fault.code === unknownDocument && !isWhole) {
        isWhole = true;
        continue;
      }
      const ms = attempt < maxAttempts ? waitBefore(fault, attempt, repeatable) : undefined;
      if (ms === undefined) throw new GatewayFault(fault);
      onWait(fault, ms);
      await pause(ms, signal);
    }
  }

  return {
    ask: (document, variables) =>
      persist((isWhole) => client.query(document, variables, { isWhole }), 'always'),
    change: (document, variables, repeatable) =>
      persist((isWhole) => client.mutation(document, variables, { isWhole }), repeatable),
  };
}

type Send<Data> = (isWhole: boolean) => { toPromise(): Promise<OperationResult<Data, Values>> };

/** There is none where nobody is limited. */
function budgetIn(extensions: OperationResult['extensions']): Budget | undefined {
  const cost = extensions?.['cost'] as Budget | undefined;
  return typeof cost?.remaining === 'number' ? cost : undefined;
}
