import { createApp } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import { environment } from '../../../config/environment.ts';

/** For a control: a worker as `src/main.ts` starts it, but it leaves the jobs of the dead alone. */
await createApp(readConfig(environment), { jobSettings: { freesOthers: false } });
