import type { Dependencies } from '../dependencies.ts';
import { createConversations } from './conversations.ts';
import { createPresence } from './presence.ts';
import { createTyping } from './typing.ts';

/** The domain of chats: the conversations, and who is there. */
export function createChatsDomain(dependencies: Dependencies) {
  const conversations = createConversations(dependencies);
  return {
    presence: createPresence(dependencies),
    typing: createTyping({ chats: conversations.chats, ...dependencies }),
    ...conversations,
  };
}
