import { h, field } from './dom.ts';
import { GatewayFault } from './faults.ts';
import { SignInDocument } from './generated/documents.ts';
import type { Gateway } from './gateway.ts';
import type { Notices } from './notices.ts';
import type { User } from './session.ts';
import { createUserErrors } from './user-errors.ts';

interface Needs {
  readonly gateway: Gateway;
  readonly notices: Notices;
  readonly onSignedIn: (token: string, user: User) => void;
}

export function signInView({ gateway, notices, onSignedIn }: Needs): HTMLElement {
  const username = h('input', { name: 'username', autocomplete: 'username', required: true, value: 'alice' });
  const password = h('input', {
    ...{ name: 'password', type: 'password', autocomplete: 'current-password', required: true },
  });
  const submit = h('button', { type: 'submit', className: 'primary' }, 'Sign in');
  const form = h(
    'form',
    { className: 'sign-in card' },
    h('h1', {}, 'Sign in'),
    h('p', { className: 'hint' }, 'As alice, bob or carol; the password is “password”.'),
    field('User name', username),
    field('Password', password),
    submit,
  );
  const userErrors = createUserErrors(form);

  async function signIn(): Promise<void> {
    const given = { username: username.value, password: password.value };
    // A session more, should an answer be lost, hurts nobody.
    const { signIn: outcome } = await gateway.change(SignInDocument, given, 'always');
    userErrors.show(outcome.userErrors);
    if (outcome.token === null || outcome.user === null) return;
    onSignedIn(outcome.token, outcome.user);
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit.disabled = true;
    notices.tell('');
    signIn()
      .catch((error: unknown) => {
        if (!(error instanceof GatewayFault)) throw error;
        notices.failed(error.fault);
      })
      .finally(() => (submit.disabled = false));
  });
  return form;
}
