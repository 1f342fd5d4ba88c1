import { createApp } from '../../../app.ts';
import { allProtections } from '../../../cache/settings.ts';
import { readConfig } from '../../../config/config.ts';
import { environment } from '../../../config/environment.ts';

/** For a control: a gateway as `src/main.ts` starts it, but its writers claim no strict entries. */
await createApp(readConfig(environment), { protections: { ...allProtections, strict: false } });
