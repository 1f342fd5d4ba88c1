import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { isScalarType, type GraphQLSchema } from 'graphql';
import { permissions, resolvers } from '../../resolvers/index.ts';
import { sharedFields, steadyFields } from '../../resolvers/kept-fields.ts';
import { projectRoot } from '../config/project-root.ts';
import { createIsShared, createIsSteady } from './audience.ts';
import { authorise } from './authorise.ts';

/** The contract of `schema/*.graphql` with its resolvers, not yet guarded. */
export function createOpenSchema(): GraphQLSchema {
  const folder = path.join(projectRoot(import.meta.url), 'schema');
  const typeDefs = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
  return describeScalars(makeExecutableSchema({ typeDefs, resolvers: [...resolvers] }));
}

/** As the contract does: joining a scalar's implementation has put its description in the place, or that it has none. */
function describeScalars(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isScalarType(type) && type.astNode != null) type.description = type.astNode.description?.value;
  }
  return schema;
}

/** The schema that is served: every field behind its permission. */
export function createSchema(): GraphQLSchema {
  return authorise(createOpenSchema(), permissions);
}

/** Which fields of that schema answer everybody alike. */
export const isShared = createIsShared(sharedFields, permissions);

/** Which of them answer one and the same viewer alike while entries are what they were. */
export const isSteady = createIsSteady(steadyFields, permissions, isShared);
