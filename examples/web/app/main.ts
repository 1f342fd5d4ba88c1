import { chatsView } from './chats.ts';
import { button, h } from './dom.ts';
import { createGateway } from './gateway.ts';
import { SignOutDocument } from './generated/documents.ts';
import { createNotices } from './notices.ts';
import { openSession, type Session } from './session.ts';
import { shopView } from './shop.ts';
import { signInView } from './sign-in.ts';

/** Written into the page by whoever serves it. */
const url = document.querySelector<HTMLMetaElement>('meta[name="gateway"]')?.content ?? '';

const notices = createNotices();
const who = h('div', { className: 'who' });
const main = h('main');
document.body.append(h('header', { className: 'top' }, h('b', {}, 'Tributary'), who, notices.budget));
document.body.append(notices.told, main);

function showSignIn(why: string): void {
  who.replaceChildren();
  notices.tell(why);
  const nobody = createGateway({
    ...{ url, signal: new AbortController().signal },
    onBudget: notices.spent,
    onWait: notices.waiting,
  });
  const onSignedIn = (token: string, user: Session['user']) =>
    showSession(openSession({ ...{ url, token, user, notices }, onEnd: showSignIn }));
  main.replaceChildren(signInView({ gateway: nobody, notices, onSignedIn }));
}

function showSession(session: Session): void {
  const views = { Chats: chatsView, Shop: shopView };
  let leave = new AbortController();
  const tabs = Object.entries(views).map(([name, view]) => {
    const tab = h('button', { type: 'button' }, name);
    tab.addEventListener('click', () => {
      leave.abort();
      leave = new AbortController();
      for (const each of tabs) each.removeAttribute('aria-current');
      tab.setAttribute('aria-current', 'page');
      main.replaceChildren(view({ ...session, signal: AbortSignal.any([session.signal, leave.signal]) }));
    });
    return tab;
  });
  const signOut = button('Sign out', async () => {
    await session.attempt(async () => {
      await session.gateway.change(SignOutDocument, {}, 'always');
    });
    session.end('');
  });
  const nav = h('nav', { 'aria-label': 'Views' }, ...tabs);
  who.replaceChildren(nav, h('span', { className: 'name' }, session.user.displayName), signOut);
  tabs[0]?.click();
  // The form that had the focus is gone.
  tabs[0]?.focus();
}

showSignIn('');
