import type { Dependencies } from '../dependencies.ts';
import { createCentre } from './centre.ts';
import { createLive } from './live.ts';
import { createPreferences } from './preferences.ts';
import { createSending } from './sending.ts';
import { createTemplates } from './templates.ts';

type Needs = Pick<Dependencies, 'store' | 'openStore' | 'clock' | 'quotas' | 'turns' | 'pubsub'>;

/** The domain of notifications: what may be sent to users, what was, and how they hear of it. */
export function createNotifications(dependencies: Needs) {
  const templates = createTemplates(dependencies);
  return {
    preferences: createPreferences(dependencies),
    templates,
    sending: createSending({ templates, ...dependencies }),
    centre: createCentre(dependencies),
    live: createLive(dependencies),
  };
}
