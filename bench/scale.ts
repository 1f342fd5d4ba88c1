import type { Sizes } from './data/population.ts';

/** How much is measured, for how long. */
export interface Scale {
  readonly sizes: Sizes;
  /** Requests of each workload before they begin again: what is cached is what they ask for. */
  readonly draws: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  /** Of each round, not measured. */
  readonly leadInMs: number;
  /** How long two processes of each server are asked for what is stale. */
  readonly together: { readonly ms: number; readonly atLeast: number };
  /** How many keys all stacks must answer alike. */
  readonly comparedKeys: number;
  readonly connections: number;
}

export const fullScale: Scale = {
  sizes: { products: 100_000, users: 20_000, links: 500_000, ownProducts: 2_000 },
  draws: 20_000,
  rounds: 5,
  roundMs: 2_000,
  warmUpMs: 3_000,
  leadInMs: 2_000,
  together: { ms: 5_000, atLeast: 10_000 },
  comparedKeys: 50,
  connections: 32,
};

/** Under two minutes, and coarse. */
export const quickScale: Scale = {
  sizes: { products: 8_000, users: 2_000, links: 20_000, ownProducts: 500 },
  draws: 400,
  rounds: 1,
  roundMs: 400,
  warmUpMs: 300,
  leadInMs: 100,
  together: { ms: 300, atLeast: 1_000 },
  comparedKeys: 6,
  connections: 32,
};
