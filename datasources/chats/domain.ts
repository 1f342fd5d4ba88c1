import type { Dependencies } from '../dependencies.ts';
import { createPresence } from './presence.ts';
import { createTyping } from './typing.ts';

/** The domain of conversations: who is there, and who is typing. */
export function createChatsDomain(dependencies: Dependencies) {
  // There are no chats yet, and so nobody is in one.
  const chats = { find: () => Promise.resolve(undefined) };
  return {
    presence: createPresence(dependencies),
    typing: createTyping({ ...dependencies, chats }),
  };
}
