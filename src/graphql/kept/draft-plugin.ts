import type { GraphQLRequestContextWillSendResponse } from '@apollo/server';
import type { Context } from '../../context/context.ts';
import type { AudienceOf } from '../audience.ts';
import type { EdgePlugin } from '../joined-plugins.ts';

/**
 * Finishes the drafts of answers that may be given again: whole ones, to queries of which every field answers everybody
 * alike. To be before the plugin that tells each client what its own request has cost.
 */
export function createDraftPlugin(audienceOf: AudienceOf): EdgePlugin {
  return {
    requestDidStart({ contextValue: { draft } }) {
      if (draft === undefined) return undefined;
      return {
        willSendResponse(answered) {
          const data = dataOf(answered);
          if (data === undefined || !isForEveryone(answered, audienceOf)) return;
          draft.finished = {
            audience: 'everyone',
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

const isForEveryone = ({ operation, document }: Answered, audienceOf: AudienceOf): boolean =>
  operation !== undefined && document !== undefined && audienceOf(operation, document) === 'everyone';
