import type { GraphQLSchema } from 'graphql';
import type { Random } from '../../../clock/random.ts';
import { clientOperations } from '../../clients/operations.ts';
import type { Seeded } from '../../clients/seeded.ts';
import { usesOfQueries, type Use } from '../../clients/uses.ts';
import { generateOperation } from '../../generated-operations.ts';
import type { Query } from './pair.ts';

/** Every query of a client, as the client sends it. */
export const queriesOfClients = (seeded: Seeded): readonly Query[] =>
  Object.entries<Use>(usesOfQueries(seeded)).map(([name, { as, variables = {} }]) => {
    const text = clientOperations.find((each) => each.name === name)?.text;
    if (text === undefined) throw new Error(`no client asks ${name}`);
    return { text, variables, sender: as === undefined ? {} : { token: seeded.tokens[as] } };
  });

/** As anybody might send it: by somebody who has much to see, by others, and by nobody. */
export function generateQuery(schema: GraphQLSchema, random: Random, seeded: Seeded): Query {
  const { tokens, users, products, group, messages, accounts, notification } = seeded;
  const ids = [
    ...Object.values(users),
    ...products.slice(0, 4),
    ...messages,
    ...accounts,
    group,
    notification,
  ];
  const { text, variables } = generateOperation(schema, random, { ids });
  const sender = random() < 0.6 ? { token: tokens.alice } : random() < 0.5 ? { token: tokens.admin } : {};
  return { text, variables, sender };
}
