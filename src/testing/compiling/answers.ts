import type { GraphQLRequest } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import { expect } from 'vitest';
import { systemClock } from '../../clock/clock.ts';
import type { Context } from '../../context/context.ts';
import { createCompile, type Compile } from '../../graphql/compiled/compile.ts';
import { unlimited } from '../../graphql/limits/limits.ts';
import { createGraphqlServer } from '../../graphql/server.ts';
import { createLog } from '../../log/log.ts';
import { createMetrics } from '../../metrics/metrics.ts';
import { bareDocuments } from '../bare-documents.ts';
import { totalOf } from '../prove/measures.ts';
import { schemaOf } from './schema.ts';

const log = createLog({ level: 'silent' });

/** Apollo with the plugins of the edge, that compiles or does not. */
export function serve(schema: GraphQLSchema, compile?: Compile) {
  const metrics = createMetrics();
  const graphql = createGraphqlServer({
    ...{
      schema,
      clock: systemClock,
      log,
      metrics,
      documents: bareDocuments({ log, metrics }),
      development: false,
    },
    ...{ maxTokens: 10_000, maxDepth: 30, limits: unlimited },
    ...(compile === undefined ? {} : { compile }),
  });
  return { graphql, metrics };
}

const contextOf = () => ({ requestId: 'the-request', viewer: { kind: 'anonymous' } }) as unknown as Context;

/** The whole of an answer, as a text. */
export async function ask({ graphql }: ReturnType<typeof serve>, request: GraphQLRequest): Promise<string> {
  const { body, http } = await graphql.executeOperation(structuredClone(request), {
    contextValue: contextOf(),
  });
  const { status, headers } = http;
  // What is to be compiled is compiled between requests, which come by themselves here.
  await systemClock.afterPoll();
  return JSON.stringify({ status, headers: [...headers], body });
}

/** One answer by compiled code, if it can be had, and one by graphql-js; and what became of the operation. */
export async function answersOf(
  request: GraphQLRequest,
  schema = schemaOf(),
  compile = createCompile(schema),
) {
  const compiling = serve(schema, compile);
  const interpreting = serve(schema);
  const answers: string[] = [];
  // The third request has it compiled, behind which comes the fourth.
  for (let time = 0; time < 5; time += 1) answers.push(await ask(compiling, request));
  const { compilations, compiledAnswers, operationErrors } = compiling.metrics;
  return {
    answers: [...new Set(answers)],
    interpreted: await ask(interpreting, request),
    errors: [await totalOf(operationErrors, {}), await totalOf(interpreting.metrics.operationErrors, {})],
    compiled: await totalOf(compilations, { outcome: 'compiled' }),
    refused: await totalOf(compilations, { outcome: 'refused' }),
    givenUp: await totalOf(compilations, { outcome: 'given_up' }),
    whole: await totalOf(compiledAnswers, { outcome: 'as_it_stands' }),
    repeated: await totalOf(compiledAnswers, { outcome: 'executed_again' }),
  };
}

export async function expectAlike(request: GraphQLRequest, schema?: GraphQLSchema) {
  const found = await answersOf(request, schema);
  expect(found.answers).toEqual([found.interpreted]);
  expect(found.errors[0]).toBe((found.errors[1] ?? 0) * 5);
  return found;
}
