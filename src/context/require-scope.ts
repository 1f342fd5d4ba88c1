import { stepUpRequired } from '../auth/rules.ts';
import type { Scope, SignedIn } from '../auth/viewer.ts';

/** For resolvers of which only some arguments need a scope; throws `STEP_UP_REQUIRED` while it is closed. */
export async function requireScope(viewer: SignedIn, scope: Scope): Promise<void> {
  if (!(await viewer.hasScope(scope))) throw stepUpRequired();
}
