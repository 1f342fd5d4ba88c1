import { OperationTypeNode, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { createCosts, toPoints } from '../../cost/cost.ts';
import { actualOf, estimateOf } from '../costed.ts';
import { createAnswering } from '../generated-answers.ts';
import { clientOperations } from './operations.ts';
import { pages, usualSizes } from './pages.ts';
import type { Seeded } from './seeded.ts';
import { usesOfMutations, usesOfQueries, type Use } from './uses.ts';

/** What an operation of a client costs, in points. */
export interface Price {
  readonly name: string;
  /** Who asks for it, or what it is. */
  readonly about: string;
  readonly kind: OperationTypeNode;
  /** Taken before it is executed. */
  readonly estimate: number;
  /** What it comes to where lists are as long as they mostly are; the rest is given back. */
  readonly usual: number;
}

const texts = (count: number) => Array.from({ length: count }, (_, index) => `any-${index}`);
const everybody = { alice: '', bob: '', carol: '', admin: '', service: '' };

/** Nothing is executed, so that one id is as good as another; there are as many as in what is seeded. */
const anything: Seeded = {
  ...{ tokens: everybody, users: everybody, products: texts(20), group: '', messages: texts(2) },
  ...{ accounts: texts(2), bobsAccount: '', template: '', notification: '', cartToken: '' },
};

/** Of all queries and mutations of the clients, and of the pages. */
export function pricesOfClients(schema: GraphQLSchema): readonly Price[] {
  const costs = createCosts(schema);
  const answer = createAnswering(schema, { full: 1, nulls: 0, maxObjects: 10_000, shorter: usualSizes });
  const uses: Readonly<Record<string, Use>> = { ...usesOfQueries(anything), ...usesOfMutations(anything) };

  function priceOf(document: DocumentNode, variables: Readonly<Record<string, unknown>> = {}) {
    const { data } = answer({ document, variables, text: '', isOutOfRange: false }, () => 0);
    return {
      estimate: toPoints(estimateOf(costs, { document, variables })),
      usual: toPoints(actualOf(costs, { document, variables }, data)),
    };
  }

  return [
    ...clientOperations
      .filter(({ kind }) => kind !== OperationTypeNode.SUBSCRIPTION)
      .map(({ client, name, kind, document }) => ({
        ...{ name, about: client, kind },
        ...priceOf(document, withoutNothing(uses[name]?.variables)),
      })),
    ...pages.map(({ name, about, text }) => ({
      ...{ name, about, kind: OperationTypeNode.QUERY },
      ...priceOf(parse(text)),
    })),
  ];
}

/** As JSON leaves out what is undefined. */
const withoutNothing = (variables: Use['variables'] = {}) =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
