import { extendSchema, parse, type GraphQLSchema } from 'graphql';
import { channelOf, decodeNotice } from '../../../../datasources/chats/channel.ts';
import { idOf, toGlobalId } from '../../../../schema/global-id.ts';
import type { Context } from '../../../context/context.ts';
import { createSchema } from '../../../graphql/schema.ts';
import type { PubSub } from '../../../pubsub/pubsub.ts';
import { scopedPubSub } from '../../../pubsub/scope.ts';

export const noticesAlone = 'noticed';

const extension = parse(`
  extend type Subscription { ${noticesAlone}(chatId: ID!, after: ID): Notice }
  type Notice { id: ID! }
`);

/** For a control: the contract with a second stream of messages, which believes whatever it hears and reads nothing else. */
export function withNoticesAlone(pubsub: PubSub): GraphQLSchema {
  async function* heard(_parent: unknown, args: { readonly chatId: string }, { deadline }: Context) {
    const chatId = idOf('Chat', args.chatId);
    const subscription = await scopedPubSub(pubsub, deadline.signal).subscribe([channelOf(chatId)]);
    for await (const each of subscription) {
      const notice = each.kind === 'message' ? decodeNotice(each.text) : undefined;
      if (notice?.kind === 'message')
        yield { [noticesAlone]: { id: toGlobalId('Message', `${chatId}.${notice.id}`) } };
    }
  }

  const schema = extendSchema(createSchema(), extension);
  const field = schema.getSubscriptionType()?.getFields()[noticesAlone];
  if (field === undefined) throw new Error('the contract has no subscriptions');
  field.subscribe = heard;
  return schema;
}
