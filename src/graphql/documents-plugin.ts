import type { GraphQLRequest } from '@apollo/server';
import {
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type GraphQLSchema,
  type ParseOptions,
  type ValidationRule,
} from 'graphql';
import type { Clock } from '../clock/clock.ts';
import type { Context } from '../context/context.ts';
import { readAsked, type Asked } from '../documents/asked.ts';
import type { Admission } from '../documents/admission.ts';
import type { Documents } from '../documents/documents.ts';
import { hashOf } from '../documents/hash.ts';
import type { Log } from '../log/log.ts';
import type { EdgePlugin } from './joined-plugins.ts';

interface Needs {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly log: Log;
  /** Those of the server, beside the specification's. */
  readonly rules: readonly ValidationRule[];
  readonly parseOptions: ParseOptions;
}

/**
 * Lets in what is registered, by whatever name, and the rest as `TRUSTED_DOCUMENTS` says. To be the first of the plugins: it
 * says what the request asks for.
 */
export function createDocumentsPlugin({ documents, clock, log, rules, parseOptions }: Needs): EdgePlugin {
  const { admit, strangers, mode, list } = documents;

  /** Of what is not registered it depends on who asks, or is told of; a text with its hash is registered. */
  const isLookedAt = ({ text }: Asked, { kind }: Admission) =>
    (mode !== 'off' && kind !== 'trusted') || (kind === 'automatic' && text !== undefined);

  return {
    async serverWillStart({ schema }) {
      const faultOf = createFaultFinder(schema, [...specifiedRules, ...rules], parseOptions);
      for (const { id, file, text } of list.entries) {
        const reason = faultOf(text);
        if (reason !== undefined) log.warn({ id, file, reason }, 'a registered document is refused');
        // Manifests may be long, and this process may have something else to do.
        await clock.afterPoll();
      }
    },

    requestDidStart({ request, contextValue }) {
      const asked = readAsked(request);
      const admission = admit(asked, () => isAdmin(contextValue));
      const { operationName } = request;
      if (isLookedAt(asked, admission)) contextValue.draft?.makings.spoil('document');
      rewrite(request, admission);
      return {
        // The first place in which Apollo lets a plugin refuse.
        didResolveOperation({ queryHash, operationName: found }) {
          if (admission.kind === 'refused') {
            const { code, status, message } = admission;
            if (code === 'DOCUMENT_NOT_TRUSTED')
              strangers.saw('refused', { document: asked.id ?? hashOf(asked.text ?? ''), operationName });
            throw new GraphQLError(message, { extensions: { code, http: { status } } });
          }
          if (admission.kind !== 'trusted' && mode !== 'off')
            strangers.saw(mode === 'enforce' ? 'exempt' : 'reported', {
              document: queryHash,
              operationName: found,
            });
        },
      };
    },
  };
}

/** Who looks into something in production cannot know beforehand what to ask. */
const isAdmin = ({ viewer }: Context) => viewer.kind === 'signed-in' && viewer.role === 'ADMIN';

/** Parsed in place of what is refused, which may be made to be hard to parse. */
const standIn = '{ __typename }';

/** Puts what was admitted into the form that Apollo understands, of which it asks the text where only a hash stands. */
function rewrite(request: GraphQLRequest, admission: Admission): void {
  switch (admission.kind) {
    case 'trusted':
      // Without the text, so that Apollo neither hashes it again nor registers it.
      withoutText(request);
      request.extensions = { ...request.extensions, persistedQuery: byHash(admission.document.hash) };
      return;
    case 'automatic':
      if (request.query === '') withoutText(request);
      request.extensions = { ...request.extensions, persistedQuery: byHash(admission.hash) };
      return;
    case 'whole':
      return;
    case 'refused':
      request.query = standIn;
      delete request.operationName;
      delete request.extensions;
  }
}

/** An object of which something is deleted is a slow one from then on. */
const withoutText = (request: GraphQLRequest) => Object.assign(request, { query: undefined });

const byHash = (sha256Hash: string) => ({ version: 1, sha256Hash });

function createFaultFinder(
  schema: GraphQLSchema,
  rules: readonly ValidationRule[],
  parseOptions: ParseOptions,
) {
  return (text: string): string | undefined => {
    try {
      return validate(schema, parse(text, parseOptions), rules)[0]?.message;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
}
