import { createApp } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import { environment } from '../../../config/environment.ts';
import { liveSchema } from '../../live/live-schema.ts';

/** For the control: whoever reads nothing is waited for, whatever gathers meanwhile. */
const unbounded = {
  pubsubSettings: { maxMessages: Infinity, maxCharacters: Infinity },
  liveSettings: { stalledAfterMs: Infinity },
};

/** A gateway as `src/main.ts` starts it, with a small graph of streams. */
await createApp(readConfig(environment), {
  schema: liveSchema(),
  ...(environment['UNBOUNDED'] === 'true'
    ? unbounded
    : { liveSettings: { stalledAfterMs: Number(environment['STALLED_AFTER_MS']) } }),
});
