import { createRequire } from 'node:module';
import util from 'node:util';
import type * as GraphqlMiddleware from 'graphql-middleware';
import type * as GraphqlShield from 'graphql-shield';

// graphql-shield 7.6.5 calls util.isUndefined, which Node 23 removed; and as an ES module Node refuses to load it.
(util as { isUndefined?: (value: unknown) => boolean }).isUndefined ??= (value) => value === undefined;

const load = createRequire(import.meta.url);

export const { shield, rule, allow, deny, and, chain, or } = load('graphql-shield') as typeof GraphqlShield;
export type ShieldRule = Parameters<typeof or>[number];

// From the same copy that shield uses: it recognises its generators by their class.
export const { applyMiddleware } = load('graphql-middleware') as typeof GraphqlMiddleware;
