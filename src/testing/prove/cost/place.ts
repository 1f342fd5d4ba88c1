import { seededPassword } from '../../../dev/seed/users.ts';
import type { Around } from '../../../overrides.ts';
import { postQuery, quiet, type Gateway, type GatewayOptions } from '../../gateway.ts';
import { createWatchedSchema, type WatchedSchema } from './watched-schema.ts';

/** A gateway that charges. */
export interface Till {
  readonly gateway: Gateway;
  readonly watched: WatchedSchema;
}

/** Somebody who may see much of what is seeded. */
export interface Customer {
  readonly token: string;
  /** Global ids of what there is to see. */
  readonly ids: readonly string[];
}

export type OpenGateway = (options: Pick<GatewayOptions, 'env' | 'overrides'>) => Promise<Gateway>;

/** Nothing but the price is to refuse what is generated. */
const env = {
  ...quiet.env,
  // A machine that is busy is no outage: what was counted by the process alone would not go on from what was left.
  ...{ REDIS_DEADLINE_MS: '5000', REQUEST_DEADLINE_MS: '30000', TRUSTED_PROXIES: '127.0.0.0/8' },
  ...{ MAX_TOKENS: '100000', MAX_DEPTH: '100', MAX_ALIASES: '10000', MAX_DIRECTIVES: '10000' },
  ...{ MAX_FRAGMENTS: '10000', MAX_ROOT_FIELDS: '1000', MAX_FIELDS: '100000' },
};
/** More than a proof takes in a minute. */
const noLimit = '100000000';

export interface Prices {
  readonly limit?: string;
  readonly maxCost?: string;
  /** How Apollo is made; as it is when left out. */
  readonly graphql?: Around['graphql'] | undefined;
}

/** Opens a gateway over a seeded database. */
export async function openTill(
  open: OpenGateway,
  { limit = noLimit, maxCost = '0', graphql }: Prices = {},
): Promise<Till> {
  const watched = createWatchedSchema();
  const gateway = await open({
    env: { ...env, RATE_LIMIT: limit, MAX_COST: maxCost },
    overrides: {
      ...quiet.overrides,
      schema: () => watched.schema,
      ...(graphql === undefined ? {} : { around: { graphql } }),
    },
  });
  return { gateway, watched };
}

export async function findCustomer({ url }: Gateway): Promise<Customer> {
  const token = await signInForAll(url);
  return { token, ids: await idsOf(url, token) };
}

/** With the scope of the bank too. */
async function signInForAll(url: string): Promise<string> {
  const { data } = await postQuery<{ signIn: { token: string } }>(
    url,
    'mutation ($input: SignInInput!) { signIn(input: $input) { token } }',
    { variables: { input: { username: 'alice', password: seededPassword } } },
  );
  const token = data?.signIn.token;
  if (token === undefined) throw new Error('nobody can sign in');
  await postQuery(url, 'mutation ($input: StepUpInput!) { stepUp(input: $input) { userErrors { code } } }', {
    variables: { input: { password: seededPassword } },
    token,
  });
  return token;
}

/** Each in an object of its own, of the types that are nodes. */
async function idsOf(url: string, token: string): Promise<readonly string[]> {
  const { data, errors } = await postQuery(
    url,
    `{
      viewer {
        id
        chats(first: 3) { nodes { id messages(first: 2) { nodes { id } } } }
        accounts(first: 2) { nodes { id recentTransactions { id } } }
        notifications(first: 2) { nodes { id } }
        orders(first: 2) { nodes { id } }
      }
      products(first: 5) { nodes { id } }
    }`,
    { token },
  );
  const ids = [...JSON.stringify(data).matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id);
  if (ids.length < 5) throw new Error(`there is too little to ask for: ${JSON.stringify(errors)}`);
  return ids;
}
