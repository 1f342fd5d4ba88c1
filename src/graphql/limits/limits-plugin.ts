import { GraphQLError, Kind, type DocumentNode, type ValidationRule } from 'graphql';
import type { EdgeListener, EdgePlugin } from '../joined-plugins.ts';
import { excessOf, type OperationLimits } from './limits.ts';
import { isLargerThan } from './variables-size.ts';

interface LimitsCheck {
  readonly plugin: EdgePlugin;
  readonly rule: ValidationRule;
}

/**
 * Refuses what is too large, before anything else is made of it. Variables may be a megabyte, of which each further look
 * would cost milliseconds. A document is measured before it is validated: the rules of graphql-js compare fields and fragments
 * pair by pair, and 2,000 tokens are enough for 160 ms of that, so that a limit among these rules would come too late. Apollo
 * lets a plugin look at that moment, but not refuse; so a document beyond its limits is exchanged for an empty one, and the
 * rule reports on that.
 */
export function createLimitsCheck(limits: OperationLimits): LimitsCheck {
  const refusals = new WeakMap<DocumentNode, GraphQLError>();
  const listener: EdgeListener = {
    validationDidStart(requestContext) {
      const excess = excessOf(requestContext.document, limits);
      if (excess === undefined) return;
      const empty: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };
      refusals.set(empty, new GraphQLError(excess));
      Object.assign(requestContext, { document: empty });
    },
    didResolveOperation({ request: { variables } }) {
      if (variables === undefined || !isLargerThan(limits.variables, variables)) return;
      throw new GraphQLError('The variables are too large.', {
        extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
      });
    },
  };
  return {
    plugin: { requestDidStart: () => listener },
    rule(context) {
      const refusal = refusals.get(context.getDocument());
      if (refusal !== undefined) context.reportError(refusal);
      return {};
    },
  };
}
