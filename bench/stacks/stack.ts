import type { Resources } from '../../src/testing/prove/resources.ts';
import type { Stage } from '../../src/testing/prove/stage.ts';
import type { Usage } from '../measure/usage.ts';
import type { Dialect } from '../workloads/workload.ts';

/** Whether answers may come from a cache. */
export type Temperature = 'cold' | 'warm';

/** Something that answers the workloads. */
export interface Stack {
  /** In the table. */
  readonly name: string;
  readonly about: string;
  readonly temperatures: readonly Temperature[];
  /** Names of those that it can answer; all when left out. */
  readonly workloads?: readonly string[];
  readonly dialect: Dialect;
  /** Why it cannot be had on this machine; undefined where it can. */
  readonly missing?: () => Promise<string | undefined>;
  start(needs: StartNeeds): Promise<Started>;
}

export interface StartNeeds {
  readonly stage: Stage;
  readonly resources: Resources;
  /** Names its log. */
  readonly name: string;
  /** What processes of one server share, as the gateway's name in Redis. */
  readonly app: string;
  readonly temperature: Temperature;
  /** File of what a bare server answers. */
  readonly answersFile: string;
}

export interface Started {
  readonly url: string;
  /** Such as `v24.9.0`. */
  readonly node: string;
  readonly usage: () => Promise<Usage>;
}

/** One process of a stack, or several of them that are asked as one. */
export interface Server extends Started {
  /** The stack's name and its temperature. */
  readonly name: string;
  readonly stack: Stack;
  readonly temperature: Temperature;
  /** Starts one more process of it, beside this one; nobody asks it yet. */
  readonly startAnother: () => Promise<Started>;
  /** More processes of it that are asked as well: connections take turns. */
  readonly beside?: readonly Started[];
}

export const serverName = (stack: Pick<Stack, 'name'>, temperature: Temperature): string =>
  `${stack.name} ${temperature}`;

export const answers = (server: Pick<Server, 'stack'>, workload: string): boolean =>
  server.stack.workloads?.includes(workload) ?? true;
