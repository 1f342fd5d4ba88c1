import type { Dependencies } from '../dependencies.ts';
import { lazily } from '../lazily.ts';
import { createCentre } from './centre.ts';
import { createLive } from './live.ts';
import { createPreferences } from './preferences.ts';
import { createSending } from './sending.ts';
import { createTemplates } from './templates.ts';

type Needs = Pick<Dependencies, 'store' | 'openStore' | 'clock' | 'quotas' | 'turns' | 'pubsub'>;

/** The domain of notifications: what may be sent to users, what was, and how they hear of it. */
export const createNotifications = lazily({
  preferences: (dependencies: Needs) => createPreferences(dependencies),
  templates: (dependencies: Needs) => createTemplates(dependencies),
  sending: (dependencies: Needs) =>
    createSending({ templates: createTemplates(dependencies), ...dependencies }),
  centre: (dependencies: Needs) => createCentre(dependencies),
  live: (dependencies: Needs) => createLive(dependencies),
});
