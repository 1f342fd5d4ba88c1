import { findNewerNode } from './newer-node.ts';
import { startGateway } from './gateway.ts';
import { startPeer } from './peer.ts';
import type { Stack } from './stack.ts';

const bothWays = ['cold', 'warm'] as const;

export const bare: Stack = {
  name: 'bare',
  about: 'node:http, which answers the same bytes and does nothing else',
  // The answer is there, as it is for whoever has cached it.
  temperatures: ['warm'],
  dialect: 'bare',
  start: (needs) => startPeer(needs, 'bare'),
};

export const tributary: Stack = {
  name: 'tributary',
  about: 'this gateway; cold: every read past its cache',
  temperatures: bothWays,
  dialect: 'gateway',
  start: startGateway,
};

const queries = ['product', 'list', 'catalogue', 'history', 'mixed'];

const apollo: Stack = {
  name: 'apollo',
  about: 'Apollo Server 5, standalone; warm: with its response cache in memory',
  temperatures: bothWays,
  // Its own server has no other routes.
  workloads: queries,
  dialect: 'gateway',
  start: (needs) => startPeer(needs, 'apollo'),
};

const yoga: Stack = {
  name: 'yoga',
  about: 'GraphQL Yoga 5 with graphql-jit; warm: with its response cache in memory',
  temperatures: bothWays,
  dialect: 'gateway',
  start: (needs) => startPeer(needs, 'yoga'),
};

const mercurius: Stack = {
  name: 'mercurius',
  about: 'Mercurius 16 with jit, on Fastify; warm: with mercurius-cache in memory',
  temperatures: bothWays,
  dialect: 'gateway',
  start: (needs) => startPeer(needs, 'mercurius'),
};

/** What their documentations advise for several processes; slower than memory, and so for the traffic alone where it matters. */
const withRedis: readonly Stack[] = [
  {
    name: 'yoga-redis',
    about: 'yoga with its cache in Redis, which several processes share',
    temperatures: ['warm'],
    workloads: ['mixed'],
    dialect: 'gateway',
    start: (needs) => startPeer(needs, 'yoga', { store: 'redis' }),
  },
  {
    name: 'mercurius-redis',
    about: 'mercurius with its cache in Redis, which several processes share',
    temperatures: ['warm'],
    workloads: ['mixed'],
    dialect: 'gateway',
    start: (needs) => startPeer(needs, 'mercurius', { store: 'redis' }),
  },
];

const postgraphile: Stack = {
  name: 'postgraphile',
  about: 'PostGraphile 5, of the same tables; it has no response cache',
  temperatures: ['cold'],
  // What a member may see of a chat would be row-level security of the tables, which are the gateway's.
  workloads: ['product', 'list', 'catalogue', 'mixed'],
  dialect: 'postgraphile',
  missing: async () =>
    (await findNewerNode()) === undefined
      ? 'PostGraphile needs Node 22 or newer: none is installed in bench/, none is on the PATH.'
      : undefined,
  async start(needs) {
    return startPeer(needs, 'postgraphile', { node: await findNewerNode() });
  },
};

/** In the order of the table. */
export const stacks: readonly Stack[] = [
  bare,
  tributary,
  mercurius,
  yoga,
  apollo,
  postgraphile,
  ...withRedis,
];
