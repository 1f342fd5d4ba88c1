import { createApp } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import { environment } from '../../../config/environment.ts';
import { edgeless } from './edgeless.ts';

/** What the whole edge is compared with: a gateway as `src/main.ts` starts it, but without. */
await createApp(readConfig(environment), { around: { graphql: edgeless } });
