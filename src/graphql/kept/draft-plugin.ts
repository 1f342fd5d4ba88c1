import type { GraphQLRequestContextWillSendResponse } from '@apollo/server';
import type { Context } from '../../context/context.ts';
import type { Finished } from '../../context/draft.ts';
import type { AudienceOf, IsSteady } from '../audience.ts';
import type { EdgePlugin } from '../joined-plugins.ts';

interface Needs {
  readonly audienceOf: AudienceOf;
  readonly isSteady: IsSteady;
}

/**
 * Finishes the drafts of answers that may be given again: whole ones, to queries of which every field answers everybody
 * alike, or the session alike that asks. To be before the plugin that tells each client what its own request has cost.
 */
export function createDraftPlugin(needs: Needs): EdgePlugin {
  return {
    requestDidStart({ contextValue: { draft } }) {
      if (draft === undefined) return undefined;
      return {
        willSendResponse(answered) {
          const data = dataOf(answered);
          const giving = data && mayBeGivenTo(answered, needs);
          if (giving === undefined) return;
          draft.finished = {
            holder: giving.holder,
            data: JSON.stringify(data),
            points: answered.contextValue.budget.cost(),
          };
        },
      };
    },
  };
}

type Answered = GraphQLRequestContextWillSendResponse<Context>;

/** Undefined where there is anything but data. */
function dataOf({ response: { http, body } }: Answered): object | undefined {
  if (body.kind !== 'single' || (http.status ?? 200) !== 200) return undefined;
  const { data, errors, extensions } = body.singleResult;
  return errors === undefined && extensions === undefined ? (data ?? undefined) : undefined;
}

/** Undefined: to nobody, but the one request that it was made for. */
function mayBeGivenTo(
  { operation, document, contextValue: { viewer } }: Answered,
  { audienceOf, isSteady }: Needs,
): Pick<Finished, 'holder'> | undefined {
  if (operation === undefined || document === undefined) return undefined;
  if (audienceOf(operation, document) === 'everyone') return { holder: undefined };
  if (viewer.kind === 'anonymous' || !isSteady(operation, document)) return undefined;
  const { userId, sessionId, role } = viewer;
  return { holder: { userId, sessionId, role } };
}
