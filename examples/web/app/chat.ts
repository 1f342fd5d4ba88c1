import { button, field, h } from './dom.ts';
import { MarkChatReadDocument, MessagesDocument, type ChatMessageFragment } from './generated/documents.ts';
import { createOutbox } from './outbox.ts';
import type { Session } from './session.ts';
import type { StreamState } from './stream.ts';
import { createUserErrors } from './user-errors.ts';

interface Needs {
  readonly session: Session;
  readonly chatId: string;
  readonly title: string;
  /** Aborts when another chat is opened. */
  readonly signal: AbortSignal;
  readonly onRead: (unread: number | null) => void;
}

/** Reads a chat: the newest page, older ones as they are asked for, and what is said from then on. */
export function openChat({ session, chatId, title, signal, onRead }: Needs): DocumentFragment {
  const { gateway, streams } = session;
  const shown = new Set<string>();
  const list = h('ol', { className: 'messages', role: 'log', 'aria-label': 'Messages', tabIndex: 0 });
  const state = h('span', { className: 'state' });
  const older = button('Older messages', () => session.attempt(loadOlder));
  older.hidden = true;
  const outbox = createOutbox({ session, chatId, isShown: (id) => shown.has(id) });
  let before: string | null = null;

  async function loadPage(after: string | null): Promise<readonly ChatMessageFragment[]> {
    const { chat } = await gateway.ask(MessagesDocument, { chatId, after });
    const { nodes = [], pageInfo } = chat?.messages ?? {};
    before = pageInfo?.endCursor ?? null;
    older.hidden = pageInfo?.hasNextPage !== true;
    // They come newest first, and are read the other way.
    return nodes.toReversed();
  }

  async function loadOlder(): Promise<void> {
    const messages = await loadPage(before);
    const height = list.scrollHeight;
    list.prepend(...messages.flatMap(render));
    // What was in view stays there.
    list.scrollTop += list.scrollHeight - height;
  }

  async function read(): Promise<void> {
    const messages = await loadPage(null);
    messages.forEach(append);
    // Not awaited: who reads does not wait for it.
    void session.attempt(async () => {
      const { markChatRead } = await gateway.change(MarkChatReadDocument, { chatId }, 'always');
      onRead(markChatRead.chat?.unreadCount ?? null);
    });
    // From the last one of the page on, so that nothing is missed that is sent before the stream begins.
    const after = messages.at(-1)?.id;
    const show = after === undefined ? reading() : append;
    await streams.followChat({ chatId, after, signal, show, onState: showState });
    state.textContent = 'Ended';
  }

  /** Of a chat where there was nothing to go on from: what came before the first message that is heard is read once more. */
  function reading(): (message: ChatMessageFragment) => void {
    let isFirst = true;
    return (message) => {
      if (isFirst) void session.attempt(async () => (await loadPage(null)).forEach(append));
      else append(message);
      isFirst = false;
    };
  }

  function append(message: ChatMessageFragment): void {
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(...render(message));
    outbox.arrived(message.id);
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  function render(message: ChatMessageFragment): readonly HTMLLIElement[] {
    if (shown.has(message.id)) return [];
    shown.add(message.id);
    return [bubble(message, message.author?.id === session.user.id)];
  }

  function showState(now: StreamState): void {
    state.textContent = now === 'live' ? 'Live' : 'Connecting again …';
    state.classList.toggle('live', now === 'live');
  }

  void session.attempt(read);
  const page = document.createDocumentFragment();
  const heading = h('header', {}, h('h2', {}, title), state);
  page.append(heading, older, list, outbox.list, composer(session, outbox.send));
  return page;
}

function bubble({ author, text, sentAt }: ChatMessageFragment, isOwn: boolean): HTMLLIElement {
  const when = h('time', { dateTime: sentAt }, new Date(sentAt).toLocaleString('en-GB', shortly));
  const said = h('p', text === null ? { className: 'hint' } : {}, text ?? 'Taken back.');
  const by = h('small', {}, `${author?.displayName ?? 'Somebody'} · `, when);
  return h('li', isOwn ? { className: 'own' } : {}, said, by);
}

function composer(session: Session, send: ReturnType<typeof createOutbox>['send']): HTMLFormElement {
  const text = h('input', { name: 'text', autocomplete: 'off', placeholder: 'Say something' });
  const submit = h('button', { type: 'submit', className: 'primary' }, 'Send');
  const form = h('form', { className: 'composer' }, field('Message', text), submit);
  const userErrors = createUserErrors(form);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const said = text.value;
    // Free for the next one at once; several may be on their way.
    text.value = '';
    void session.attempt(async () => {
      const errors = await send(said);
      userErrors.show(errors);
      if (errors.length > 0 && text.value === '') text.value = said;
    });
  });
  return form;
}

const shortly = { dateStyle: 'short', timeStyle: 'short' } as const;
