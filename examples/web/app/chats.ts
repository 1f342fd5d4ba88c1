import { button, h } from './dom.ts';
import { openChat } from './chat.ts';
import { ChatsDocument, type ChatTileFragment } from './generated/documents.ts';
import type { Session } from './session.ts';

/** One's chats page by page, and beside them the one that is read. */
export function chatsView(session: Session): HTMLElement {
  const list = h('ul', { className: 'tiles' });
  const more = button('More chats', () => session.attempt(loadPage));
  more.hidden = true;
  const reading = h('section', { className: 'reading card', 'aria-label': 'Chat' });
  reading.append(h('p', { className: 'hint' }, 'Choose a chat.'));
  let next: string | null = null;
  let leave = new AbortController();

  async function loadPage(): Promise<void> {
    const { viewer } = await session.gateway.ask(ChatsDocument, { after: next });
    const { nodes = [], pageInfo } = viewer?.chats ?? {};
    list.append(...nodes.map(tile));
    next = pageInfo?.endCursor ?? null;
    more.hidden = pageInfo?.hasNextPage !== true;
  }

  function tile(chat: ChatTileFragment): HTMLLIElement {
    const title = titleOf(chat, session);
    const unread = h('span', { className: 'unread' });
    const open = h('button', { type: 'button' }, h('span', {}, title), unread);
    const showUnread = (count: number | null) => {
      unread.textContent = count === null || count === 0 ? '' : `${count} unread`;
    };
    showUnread(chat.unreadCount);
    open.addEventListener('click', () => {
      leave.abort();
      leave = new AbortController();
      list.querySelector('[aria-current]')?.removeAttribute('aria-current');
      open.setAttribute('aria-current', 'true');
      const signal = AbortSignal.any([leave.signal, session.signal]);
      reading.replaceChildren(openChat({ session, chatId: chat.id, title, signal, onRead: showUnread }));
    });
    return h('li', {}, open);
  }

  void session.attempt(loadPage);
  const nav = h('nav', { className: 'card', 'aria-label': 'Chats' }, h('h2', {}, 'Chats'), list, more);
  return h('div', { className: 'columns chats' }, nav, reading);
}

/** A group has a title; of two people it is the other one's name. */
function titleOf({ title, members }: ChatTileFragment, { user }: Session): string {
  if (title !== null) return title;
  const others = members?.nodes.flatMap((member) => (member.user === null ? [] : [member.user])) ?? [];
  return (
    others
      .filter(({ id }) => id !== user.id)
      .map(({ displayName }) => displayName)
      .join(', ') || 'Chat'
  );
}
