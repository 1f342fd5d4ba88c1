import type { SignedIn, Viewer } from '../auth/viewer.ts';
import { DomainError } from '../errors/domain-error.ts';

/** For resolvers of fields whose permission lets nobody in who is not signed in. */
export function signedIn(viewer: Viewer): SignedIn {
  if (viewer.kind === 'signed-in') return viewer;
  throw new DomainError('UNAUTHENTICATED', 'Sign in first.');
}
