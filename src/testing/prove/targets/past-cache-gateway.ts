import { createApp } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import { environment } from '../../../config/environment.ts';
import { pastCache } from './past-cache.ts';

/** A gateway as `src/main.ts` starts it, but with every read past its cache. */
await createApp(readConfig(environment), pastCache);
