import { createApp } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import { environment } from '../../../config/environment.ts';
import { untransacted } from './untransacted.ts';

/** For a control: a gateway as `src/main.ts` starts it, but without transactions. */
await createApp(readConfig(environment), { around: { database: untransacted } });
