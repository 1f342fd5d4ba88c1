import type { Sizes } from '../data/population.ts';

/** How far the curves go, and how long each point of them is measured. */
export interface GrowthScale {
  /** Rows at the least size. */
  readonly least: Sizes;
  /** How many times as many rows each size has, the least first. */
  readonly times: readonly number[];
  /** The size at which clients and processes grow. */
  readonly middle: number;
  /** Connections, where they grow. */
  readonly clients: readonly number[];
  /** Connections everywhere else. */
  readonly connections: number;
  /** Requests of each workload before they begin again. */
  readonly draws: number;
  readonly rounds: number;
  readonly roundMs: number;
  /** Of a round in which clients grow: many of them wait long for few answers each. */
  readonly crowdedMs: number;
  readonly warmUpMs: number;
  /** Of each round, not measured. */
  readonly leadInMs: number;
  /** How many keys must be answered alike with and without the cache. */
  readonly comparedKeys: number;
}

/** About ten minutes. */
export const fullGrowth: GrowthScale = {
  least: { products: 2_000, users: 200, links: 5_000, ownProducts: 1 },
  times: [1, 10, 100],
  middle: 10,
  clients: [8, 32, 128, 512],
  connections: 32,
  draws: 50_000,
  rounds: 5,
  roundMs: 1_500,
  crowdedMs: 3_000,
  warmUpMs: 2_000,
  leadInMs: 500,
  comparedKeys: 50,
};

/** Under two minutes, and coarse. */
export const quickGrowth: GrowthScale = {
  ...fullGrowth,
  least: { products: 100, users: 20, links: 200, ownProducts: 1 },
  draws: 500,
  rounds: 1,
  roundMs: 300,
  crowdedMs: 500,
  warmUpMs: 200,
  leadInMs: 100,
  comparedKeys: 5,
};

export const sizesAt = ({ least }: GrowthScale, times: number): Sizes => ({
  products: least.products * times,
  users: least.users * times,
  links: least.links * times,
  ownProducts: least.ownProducts,
});
