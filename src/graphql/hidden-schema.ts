import { BREAK, GraphQLError, visit, type DocumentNode } from 'graphql';
import type { Context } from '../context/context.ts';
import type { EdgeListener, EdgePlugin } from './joined-plugins.ts';

/**
 * Hides the schema from everybody but admins: introspection is refused, `__typename` apart, and messages lose what they
 * suggest. Both belong here and not among the validation rules, which know the document and not who asks; a document that
 * an admin has had validated would also pass for everybody.
 */
export function createHiddenSchemaPlugin(): EdgePlugin {
  const introspects = remembered(hasIntrospection);
  const listener: EdgeListener = {
    didResolveOperation({ document }) {
      if (!introspects(document)) return;
      throw new GraphQLError('The schema is shown to admins only.', {
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400 } },
      });
    },
    didEncounterErrors({ errors }) {
      // Those of variables too, which come from the execution.
      for (const error of errors) error.message = error.message.replace(/ ?Did you mean .+\?$/s, '');
    },
  };
  return { requestDidStart: ({ contextValue }) => (isAdmin(contextValue) ? undefined : listener) };
}

const isAdmin = ({ viewer }: Partial<Context>): boolean =>
  viewer?.kind === 'signed-in' && viewer.role === 'ADMIN';

function hasIntrospection(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Field({ name }) {
      if (name.value !== '__schema' && name.value !== '__type') return undefined;
      isFound = true;
      return BREAK;
    },
  });
  return isFound;
}

/** Documents are kept and served again; what they are does not change. */
function remembered(ask: (document: DocumentNode) => boolean) {
  const answers = new WeakMap<DocumentNode, boolean>();
  return (document: DocumentNode): boolean => {
    const answer = answers.get(document) ?? ask(document);
    answers.set(document, answer);
    return answer;
  };
}
