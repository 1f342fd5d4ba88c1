import { randomUUID } from 'node:crypto';
import { createApp } from '../../../app.ts';
import { readConfig } from '../../../config/config.ts';
import { environment } from '../../../config/environment.ts';
import { createLog } from '../../../log/log.ts';
import { onStopSignal } from '../../../stop-signal.ts';
import type { Batch } from '../../../write-behind/buffer.ts';

/**
 * A gateway as `src/main.ts` starts it, that applies every batch of clicks twice, as if it had always been killed between
 * the commit and the forgetting. For controls `RENAMED` gives the repeat an id of its own, and `LATE` keeps
 * all clicks in the process until it ends.
 */
const { RENAMED, LATE } = environment;
const never = 600_000;
const again = (batch: Batch): Batch => (RENAMED === 'true' ? { ...batch, id: randomUUID() } : batch);

const config = readConfig(environment);
const log = createLog({ level: config.LOG_LEVEL });
const app = await createApp(config, {
  log,
  clickSettings: LATE === 'true' ? { gatherEveryMs: never, flushEveryMs: never } : { flushEveryMs: 500 },
  around: {
    clicks: (apply) => async (batch) => {
      const isNew = await apply(batch);
      await apply(again(batch));
      return isNew;
    },
  },
});
onStopSignal({ log, withinSeconds: config.SHUTDOWN_SECONDS, stop: () => app.close() });
