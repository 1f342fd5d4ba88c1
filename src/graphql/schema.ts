import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { permissions, resolvers } from '../../resolvers/index.ts';
import { projectRoot } from '../config/project-root.ts';
import { authorise } from './authorise.ts';

/** The contract of `schema/*.graphql` with its resolvers, not yet guarded. */
export function createOpenSchema(): GraphQLSchema {
  const folder = path.join(projectRoot(import.meta.url), 'schema');
  const typeDefs = readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
  return makeExecutableSchema({ typeDefs, resolvers: [...resolvers] });
}

/** The schema that is served: every field behind its permission. */
export function createSchema(): GraphQLSchema {
  return authorise(createOpenSchema(), permissions);
}
