import { createApp } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import { environment } from '../../../config/environment.ts';
import { careless } from './careless.ts';

/** For the control: a gateway as `src/main.ts` starts it, but its edge remembers nothing. */
await createApp(readConfig(environment), { around: { graphql: careless } });
