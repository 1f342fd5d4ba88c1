import type { Dependencies } from '../dependencies.ts';
import { lazily } from '../lazily.ts';
import { conversations } from './conversations.ts';
import { createPresence } from './presence.ts';
import { createTyping } from './typing.ts';

/** The domain of chats: the conversations, and who is there. */
export const createChatsDomain = lazily({
  ...conversations,
  presence: (dependencies: Dependencies) => createPresence(dependencies),
  typing: (dependencies: Dependencies) =>
    createTyping({ chats: conversations.chats(dependencies), ...dependencies }),
});
