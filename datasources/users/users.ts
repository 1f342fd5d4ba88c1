import type { Dependencies } from '../dependencies.ts';
import { lazily } from '../lazily.ts';
import { createAccounts } from './accounts.ts';
import { createProfiles } from './profiles.ts';
import { createSessions } from './sessions.ts';

/** The domain of people: who they are, and which of their devices are signed in. */
export const createUsers = lazily({
  profiles: (dependencies: Dependencies) => createProfiles(dependencies),
  accounts: (dependencies: Dependencies) => createAccounts(dependencies),
  sessions: (dependencies: Dependencies) => createSessions(dependencies),
});
