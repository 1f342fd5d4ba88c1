import type { Dependencies } from '../dependencies.ts';
import { createAccounts } from './accounts.ts';
import { createProfiles } from './profiles.ts';
import { createSessions } from './sessions.ts';

/** The domain of people: who they are, and which of their devices are signed in. */
export function createUsers(dependencies: Dependencies) {
  return {
    profiles: createProfiles(dependencies),
    accounts: createAccounts(dependencies),
    sessions: createSessions(dependencies),
  };
}
