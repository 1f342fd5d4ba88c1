import type { Random } from '../../../clock/random.ts';
import type { Spread } from '../measures.ts';
import type { Check } from '../proof.ts';
import type { Stage } from '../stage.ts';
import type { KeysRead } from './keys-read.ts';
import type { Population } from './population.ts';
import type { Statements } from './statements.ts';

/** Traffic of one kind, and what a cache must save of it. */
export interface Scenario {
  readonly name: string;
  /** Adds the rows that it needs, and resolves to its traffic. */
  seed(scene: Scene): Promise<Traffic>;
  /** What a gateway of this name must find in its Redis; before it starts. */
  prepare?(scene: Scene, app: string): Promise<void>;
  /** Names of the policies whose keys are counted. */
  readonly policies: readonly string[];
  /**
   * The lines of the targets; the control of each is its figure with every read past the cache. So many percent of what the
   * targets demand are demanded: all of it but in small runs.
   */
  judge(compared: Compared, percent: number): readonly Check[];
}

export interface Scene {
  readonly stage: Stage;
  readonly population: Population;
  /** In the catalogue. */
  readonly products: number;
}

/** One request of the mix, by the user at this place. */
export type Traffic = (place: number, random: Random) => Ask;

export interface Ask {
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Undefined for somebody who has not signed in. */
  readonly token: Promise<string | undefined>;
}

/** What some requests came to. */
export interface Measured {
  readonly requests: number;
  /** Round trips to Postgres by the gateway's own count, BEGIN and COMMIT included. */
  readonly statements: number;
  /** Statements by the servers' count. */
  readonly calls: Statements;
  /** Of the scenario's policies. */
  readonly keys: KeysRead;
  /** Milliseconds of one request; not judged, for clients and gateway share a process. */
  readonly ms: Spread;
}

/** The same requests twice through one gateway: first nothing is cached, then what they have left behind. */
export interface Passes {
  readonly cold: Measured;
  readonly warm: Measured;
}

export interface Compared {
  readonly on: Passes;
  /** With every read past the cache. */
  readonly off: Passes;
}
