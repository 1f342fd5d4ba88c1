import { button, h } from './dom.ts';
import { SendMessageDocument } from './generated/documents.ts';
import { GatewayFault } from './faults.ts';
import type { Session } from './session.ts';
import type { UserError } from './user-errors.ts';

interface Needs {
  readonly session: Session;
  readonly chatId: string;
  /** Whether a message is among those that are shown. */
  readonly isShown: (id: string) => boolean;
}

/** Messages that are on their way: each stays here until it has come back with all the others. */
export function createOutbox({ session, chatId, isShown }: Needs) {
  const list = h('ol', { className: 'outbox', 'aria-label': 'Being sent' });
  const sent = new Map<string, HTMLLIElement>();

  return {
    list,

    /** Resolves to what the user has to mend before it is sent; rejects with `GatewayFault`. */
    send: async (text: string): Promise<readonly UserError[]> => {
      // Kept for all attempts, by which the gateway knows that they are one: it stores and tells the message once.
      const clientMessageId = crypto.randomUUID();
      const state = h('small', {}, 'on its way');
      const item = h('li', { className: 'own' }, h('p', {}, text), state);
      list.append(item);

      const attempt = async (): Promise<readonly UserError[]> => {
        state.textContent = 'on its way';
        const { sendMessage } = await session.gateway.change(
          SendMessageDocument,
          { chatId, text, clientMessageId },
          'always',
        );
        const { message, userErrors } = sendMessage;
        if (message === null || isShown(message.id)) item.remove();
        else sent.set(message.id, item);
        return userErrors;
      };
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof GatewayFault) {
          const again = button('Send again', () =>
            session.attempt(async () => {
              await attempt();
            }),
          );
          state.replaceChildren('not sent ', again);
        }
        throw error;
      }
    },

    /** A message is shown among the others now. */
    arrived(id: string): void {
      sent.get(id)?.remove();
      sent.delete(id);
    },
  };
}
