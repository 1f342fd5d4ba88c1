import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { Clock } from '../../clock/clock.ts';
import { conditionNames, type Fragments } from '../../cost/collect.ts';
import { fragmentsOf } from '../../cost/fragments.ts';
import { inBackground, type Log } from '../../log/log.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Compile, Compiled } from './compile.ts';
import { NotCompilable } from './prepare.ts';

/** One way in which an operation can go: what `@skip` and `@include` leave out of it is always the same. */
export interface Way {
  /** Undefined while it is asked seldom, is being compiled, or cannot be. */
  readonly compiled: () => Compiled | undefined;
  /** For when it has answered wrongly: from now on it is left to graphql-js. */
  readonly giveUp: () => void;
}

/**
 * Counts the request. Undefined where the operation goes in too many ways to keep them all, or a condition has no value,
 * which is for graphql-js to say.
 */
export type WayOf = (
  operation: OperationDefinitionNode,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
) => Way | undefined;

interface CountedWay extends Way {
  readonly count: () => void;
}

/** Of an operation, as long as its document is kept. */
interface Known {
  readonly fragments: Fragments;
  readonly conditions: readonly string[];
  readonly ways: Map<string, CountedWay>;
}

interface Needs {
  readonly compile: Compile;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What is asked once or twice is not worth the milliseconds. */
const compiledFromRequest = 3;
/** Three conditions, each either way. */
const maxWays = 8;

/** Compiles what is asked again and again, one operation at a time and between requests. */
export function createWays({ compile, clock, log, metrics }: Needs): WayOf {
  const known = new WeakMap<OperationDefinitionNode, Known>();
  let compiling = Promise.resolve();

  function createWay(operation: OperationDefinitionNode, compileIt: () => Compiled): CountedWay {
    let requests = 0;
    let compiled: Compiled | undefined;

    function tryToCompile(): void {
      try {
        compiled = compileIt();
        metrics.compilations.inc({ outcome: 'compiled' });
      } catch (error) {
        metrics.compilations.inc({ outcome: 'refused' });
        const reason = error instanceof NotCompilable ? error.message : error;
        log.debug({ operation: operation.name?.value, reason }, 'an operation is not compiled');
      }
    }

    return {
      compiled: () => compiled,
      count() {
        requests += 1;
        if (requests !== compiledFromRequest) return;
        compiling = compiling.then(() => clock.afterPoll()).then(tryToCompile);
        inBackground(log, 'compiling', compiling);
      },
      giveUp() {
        compiled = undefined;
        metrics.compilations.inc({ outcome: 'given_up' });
        log.warn({ operation: operation.name?.value }, 'a compiled operation has answered wrongly');
      },
    };
  }

  return (operation, document, variables) => {
    const { fragments, conditions, ways } = known.get(operation) ?? keep(operation, document);
    if (conditions.some((name) => typeof variables[name] !== 'boolean')) return undefined;
    const name = conditions.map((condition) => (variables[condition] === true ? '1' : '0')).join('');
    let way = ways.get(name);
    if (way === undefined) {
      if (ways.size === maxWays) return undefined;
      const chosen = Object.fromEntries(conditions.map((condition) => [condition, variables[condition]]));
      way = createWay(operation, () => compile(operation, fragments, chosen));
      ways.set(name, way);
    }
    way.count();
    return way;
  };

  function keep(operation: OperationDefinitionNode, document: DocumentNode): Known {
    const fragments = fragmentsOf(document);
    const own = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
    // Other operations of the document have conditions of their own.
    const conditions = conditionNames(operation, fragments).filter((name) => own.has(name));
    const kept = { fragments, conditions, ways: new Map<string, CountedWay>() };
    known.set(operation, kept);
    return kept;
  }
}
