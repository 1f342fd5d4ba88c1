import { createApp } from './app.ts';
import { ConfigError, readConfig } from './config/config.ts';
import { environment } from './config/environment.ts';
import { migrateClusters } from './database/migrate-clusters.ts';
import { createLog } from './log/log.ts';
import { onStopSignal } from './stop-signal.ts';

/** The entry in production: servers are given by the environment, and nothing is started but the gateway. */
async function main(): Promise<void> {
  const config = readConfig(environment);
  const log = createLog({ level: config.LOG_LEVEL });
  const applied = await migrateClusters(config, log);
  const app = await createApp(config, { log });
  log.info({ url: app.url, migrations: applied }, 'listening');
  onStopSignal({ log, withinSeconds: config.SHUTDOWN_SECONDS, stop: () => app.close() });
}

main().catch((error: unknown) => {
  const text =
    error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
