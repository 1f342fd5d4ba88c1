import {
  HeaderMap,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLResponse,
} from '@apollo/server';
import {
  OperationTypeNode,
  getVariableValues,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Clock } from '../../clock/clock.ts';
import type { Context } from '../../context/context.ts';
import type { Log } from '../../log/log.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { tallyOf } from '../../metrics/tally.ts';
import type { EdgePlugin, Encounter } from '../joined-plugins.ts';
import type { Compile, Compiled } from './compile.ts';
import { locateErrors } from './located.ts';
import { createWays, type Way } from './ways.ts';

interface Needs {
  /** The one that Apollo serves. */
  readonly schema: GraphQLSchema;
  /** For operations of that schema. */
  readonly compile: Compile;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The one that Apollo calls. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
}

/** A query that can be answered by compiled code. */
interface Found {
  readonly way: Way;
  readonly compiled: Compiled;
  readonly variables: Variables;
}

type Asked = GraphQLRequestContextResponseForOperation<Context>;
type Variables = Readonly<Record<string, unknown>>;

/**
 * Answers queries that are asked often by code compiled for them (graphql-jit), byte for byte as Apollo does by graphql-js.
 * Whatever is not plain is left to that: other operations, introspection, faulty variables, and errors that the compiler
 * tells otherwise, for which a query is executed again. To be the last of the plugins.
 */
export function createCompiledPlugin({ schema, formatError, ...needs }: Needs): EdgePlugin {
  const wayOf = createWays(needs);
  const countAnswered = tallyOf(needs.metrics.compiledAnswers, { outcome: 'as_it_stands' });
  const countRepeated = tallyOf(needs.metrics.compiledAnswers, { outcome: 'executed_again' });

  function find(asked: Asked): Found | undefined {
    const { document, request } = asked;
    // Undefined where the document has none of that name, whatever the types say.
    const operation = asked.operation as OperationDefinitionNode | undefined;
    if (operation?.operation !== OperationTypeNode.QUERY) return undefined;
    const variables = coerce(operation, request.variables);
    const way = variables && wayOf(operation, document, variables);
    const compiled = way?.compiled();
    return variables && way && compiled && { way, compiled, variables };
  }

  /** Null leaves it to graphql-js, at worst for a second time: a query changes nothing. */
  async function answer(
    { way, compiled, variables }: Found,
    { contextValue, document }: Asked,
    encounter: Encounter,
    onRepeat: (way: Way) => void,
  ): Promise<GraphQLResponse | null> {
    const result = await compiled.run(contextValue, variables);
    if (result === undefined) return null;
    const errors = result.errors === undefined ? noErrors : locateErrors(result, document);
    if (errors === undefined) {
      countRepeated();
      onRepeat(way);
      return null;
    }
    countAnswered();
    const { data = null } = result;
    if (errors.length === 0) return responseOf({ data });
    await encounter(errors);
    return responseOf({ errors: errors.map(format), data });
  }

  function format(error: GraphQLError): GraphQLFormattedError {
    const { code = 'INTERNAL_SERVER_ERROR' } = error.extensions;
    return formatError({ ...error.toJSON(), extensions: { ...error.extensions, code } }, error);
  }

  /** Undefined where they are faulty. */
  function coerce(
    { variableDefinitions = [] }: OperationDefinitionNode,
    given: Variables = {},
  ): Variables | undefined {
    if (variableDefinitions.length === 0) return noVariables;
    return getVariableValues(schema, variableDefinitions, given, { maxErrors: 1 }).coerced;
  }

  return {
    requestDidStart() {
      let repeated: Way | undefined;
      return {
        responseForOperation(asked, encounter) {
          const found = find(asked);
          return found === undefined ? null : answer(found, asked, encounter, (way) => (repeated = way));
        },
        willSendResponse({ response: { body } }) {
          if (repeated === undefined || body.kind !== 'single') return;
          // Executed again it went well, so what went wrong was the compiler's.
          if (body.singleResult.errors === undefined) repeated.giveUp();
        },
      };
    },
  };
}

const noErrors: readonly GraphQLError[] = [];
const noVariables: Variables = {};

type SingleResult = Extract<GraphQLResponse['body'], { kind: 'single' }>['singleResult'];

/** Without a status: errors that have one are not told here. */
const responseOf = (singleResult: SingleResult): GraphQLResponse => ({
  http: { headers: new HeaderMap() },
  body: { kind: 'single', singleResult },
});
