import type { DocumentNode } from 'graphql';
import type { Config } from '../../config/config.ts';
import { measure, type Measures } from './measures.ts';

/** The most that a document may have of each, and its variables. */
export interface OperationLimits extends Measures {
  /** Values, and characters in their texts and keys. */
  readonly variables: number;
}

export const operationLimits = (config: Config): OperationLimits => ({
  aliases: config.MAX_ALIASES,
  directives: config.MAX_DIRECTIVES,
  fragments: config.MAX_FRAGMENTS,
  rootFields: config.MAX_ROOT_FIELDS,
  fields: config.MAX_FIELDS,
  variables: config.MAX_VARIABLES_SIZE,
});

/** For servers that only tests and documents talk to. */
export const unlimited: OperationLimits = {
  ...{ aliases: Infinity, directives: Infinity, fragments: Infinity },
  ...{ rootFields: Infinity, fields: Infinity, variables: Infinity },
};

/** What a document has too much of, in words for the client; undefined where it is within all limits. */
export function excessOf(document: DocumentNode, limits: OperationLimits): string | undefined {
  const measures = measure(document);
  const exceeded = (Object.keys(words) as (keyof Measures)[]).find((name) => measures[name] > limits[name]);
  return exceeded === undefined ? undefined : words[exceeded](limits[exceeded]);
}

const words: Readonly<Record<keyof Measures, (most: number) => string>> = {
  aliases: (most) =>
    `A document may have ${most} aliases; a field written twice in a selection counts as one.`,
  directives: (most) => `A document may have ${most} directives.`,
  fragments: (most) => `A document may define ${most} fragments.`,
  rootFields: (most) => `An operation may ask for ${most} root fields, those of fragments included.`,
  fields: (most) =>
    `An operation may ask for ${most} fields; those of a fragment count wherever it is spread.`,
};
