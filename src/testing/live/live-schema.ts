import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import type { Context } from '../../context/context.ts';
import { startingWithGap, type PubSub } from '../../pubsub/pubsub.ts';
import { scopedPubSub } from '../../pubsub/scope.ts';

const typeDefs = `
  directive @listSize(
    assumedSize: Int slicingArguments: [String!] sizedFields: [String!] requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION
  type Query { ping: String! me: String waits: String fails: String }
  type Mutation { say(channel: String!, text: String!): Boolean!  signIn(input: SignIn!): SignedIn }
  input SignIn { username: String! password: String! }
  type SignedIn { token: String userErrors: [SignInError!]! @listSize(assumedSize: 1) }
  type SignInError { message: String! }
  type Subscription {
    "What is said on a channel."
    heard(channel: String!): Heard
    "The same, from its history on: what was lost at a gap is read again."
    lines(channel: String!): String
    fails: String
    nothing(times: Int): String
  }
  type Heard { text: String! me: String requestId: String! fails: String }
`;

const nameOf = ({ viewer }: Context) => (viewer.kind === 'signed-in' ? viewer.userId : null);
const fault = () => {
  throw new Error('SELECT secret FROM vault');
};

export interface LiveSchemaOptions {
  /** What a `waits` waits for. */
  readonly gate?: Promise<unknown>;
  /** Stands for the table that a domain would read. */
  readonly history?: ReadonlyMap<string, readonly string[]>;
}

/** A small graph with streams over the gateway's own pub/sub. */
export const liveSchema =
  ({ gate = Promise.resolve(), history = new Map() }: LiveSchemaOptions = {}) =>
  (pubsub: PubSub): GraphQLSchema => {
    async function* heard(_parent: unknown, { channel }: { channel: string }, { deadline }: Context) {
      const subscription = await scopedPubSub(pubsub, deadline.signal).subscribe([channel]);
      for await (const each of subscription) yield { heard: each.kind === 'gap' ? '(gap)' : each.text };
    }

    async function* lines(_parent: unknown, { channel }: { channel: string }, { deadline }: Context) {
      const subscription = await scopedPubSub(pubsub, deadline.signal).subscribe([channel]);
      let last = 0;
      for await (const each of startingWithGap(subscription)) {
        const all = history.get(channel) ?? [];
        const to = each.kind === 'gap' ? all.length : Math.max(last, Number(each.text));
        for (const line of all.slice(last, to)) yield { lines: line };
        last = to;
      }
    }

    return makeExecutableSchema<Context>({
      typeDefs,
      resolvers: {
        Query: {
          ping: () => 'pong',
          me: (_parent, _args, context) => nameOf(context),
          waits: (_parent, _args, { deadline }) => deadline.race(gate.then(() => 'done')),
          fails: fault,
        },
        Mutation: {
          signIn: async (_parent, { input }: { input: { username: string; password: string } }, { data }) => {
            const outcome = await data.users.accounts.signIn(input.username, input.password);
            return outcome.ok
              ? { token: outcome.value.token, userErrors: [] }
              : { token: null, userErrors: outcome.refusals };
          },
          say: (_parent, { channel, text }: { channel: string; text: string }) =>
            pubsub.publish(channel, text),
        },
        Subscription: {
          heard: { subscribe: heard },
          lines: { subscribe: lines },
          fails: { subscribe: fault },
          nothing: {
            async *subscribe() {
              await Promise.resolve();
            },
          },
        },
        Heard: {
          text: (text: string) => text,
          me: (_text, _args, context) => nameOf(context),
          requestId: (_text, _args, { requestId }) => requestId,
          fails: fault,
        },
      },
    });
  };
