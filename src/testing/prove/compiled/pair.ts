import { systemClock } from '../../../clock/clock.ts';
import type { Around } from '../../../overrides.ts';
import type { Gateway, GatewayOptions } from '../../gateway.ts';
import { totalOf } from '../measures.ts';
import { openTransports, type Sender, type Transport } from '../cost/sending.ts';

/** A query as it is sent, and by whom. */
export interface Query {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly sender: Sender;
}

/** What two gateways over the same data answer, of which one compiles. */
export interface Pair {
  /** Undefined where they answer alike; else what each has answered. */
  differ(query: Query, by: Transport): Promise<readonly [compiled: string, interpreted: string] | undefined>;
  /** What the one that compiles has done. */
  done(): Promise<Done>;
  close(): Promise<void>;
}

export interface Done {
  readonly operations: number;
  readonly refused: number;
  readonly givenUp: number;
  /** Answers of compiled code. */
  readonly asItStands: number;
  readonly executedAgain: number;
}

export type Open = (options: Pick<GatewayOptions, 'env' | 'overrides'>) => Promise<Gateway>;

/** So many times, for the last of them to be answered by compiled code. */
const timesUntilCompiled = 4;
/** What changes by itself may have changed between two answers. */
const tries = 3;

/** So high that nobody is refused, for the price is part of an answer. */
const limit = 1_000_000_000;
/** Nothing but what is asked is to refuse what is generated. */
const env = {
  ...{ REDIS_DEADLINE_MS: '5000', REQUEST_DEADLINE_MS: '30000', STRICT_LICENCE_MS: '10000' },
  ...{ MAX_TOKENS: '100000', MAX_DEPTH: '100', MAX_ALIASES: '10000', MAX_DIRECTIVES: '10000' },
  ...{ MAX_FRAGMENTS: '10000', MAX_ROOT_FIELDS: '1000', MAX_FIELDS: '100000' },
  ...{ RATE_LIMIT: String(limit), RATE_LIMIT_SERVICE: String(limit), NODE_ENV: 'production' },
  // Else the addresses of short links would have the port.
  PUBLIC_URL: 'https://go.example',
};

export async function openPair(open: Open, graphql?: Around['graphql']): Promise<Pair> {
  const overrides = graphql === undefined ? {} : { around: { graphql } };
  const compiling = await open({ env: { ...env, COMPILED_EXECUTION: 'on' }, overrides });
  const interpreting = await open({ env: { ...env, COMPILED_EXECUTION: 'off' } });
  const [toCompiling, toInterpreting] = [openTransports(compiling.url), openTransports(interpreting.url)];

  async function bothOf({ text, variables, sender }: Query, by: Transport) {
    const compiled = await toCompiling[by]({ text, variables }, sender);
    const interpreted = await toInterpreting[by]({ text, variables }, sender);
    return [shown(compiled), shown(interpreted)] as const;
  }

  return {
    async differ(query, by) {
      for (let time = 1; time < timesUntilCompiled; time += 1) await toCompiling.HTTP(query, query.sender);
      for (let attempt = 1; ; attempt += 1) {
        const both = await bothOf(query, by);
        if (both[0] === both[1]) return undefined;
        if (attempt === tries) return both;
      }
    },
    async done() {
      const { compilations, compiledAnswers } = compiling.app.metrics;
      const [operations, refused, givenUp, asItStands, executedAgain] = await Promise.all([
        totalOf(compilations, { outcome: 'compiled' }),
        totalOf(compilations, { outcome: 'refused' }),
        totalOf(compilations, { outcome: 'given_up' }),
        totalOf(compiledAnswers, { outcome: 'as_it_stands' }),
        totalOf(compiledAnswers, { outcome: 'executed_again' }),
      ]);
      return { operations, refused, givenUp, asItStands, executedAgain };
    },
    async close() {
      await Promise.all([toCompiling.close(), toInterpreting.close()]);
    },
  };
}

type Seen = Awaited<ReturnType<ReturnType<typeof openTransports>[Transport]>>;

/**
 * Everything that a client sees, keys in their order, but for what two answers never share: the request's own id, the moment,
 * and what is left of the limit. Errors in the order of their paths: which comes first is a matter of time in graphql-js too.
 */
function shown({ status, headers, body }: Seen): string {
  const errors = body.errors?.map(masked).toSorted();
  const names = [...(headers ?? [])].filter(([name]) => !ownHeaders.has(name));
  return [JSON.stringify({ status, names }), masked({ ...body, errors: undefined }), ...(errors ?? [])].join(
    '\n',
  );
}

const ownHeaders = new Set([
  ...['date', 'x-request-id', 'content-length', 'keep-alive'],
  ...['ratelimit-remaining', 'ratelimit-reset'],
]);
/** By their values, for they may have any name: what is left of the limit, and moments since this began. */
const startedAt = new Date(systemClock.now()).toISOString();
const isOfNow = (value: unknown): boolean =>
  (typeof value === 'number' && value > limit / 2 && value < limit) ||
  (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && value > startedAt);

const masked = (value: unknown): string =>
  JSON.stringify(value, (key, each: unknown) => (key === 'requestId' || isOfNow(each) ? '…' : each));
