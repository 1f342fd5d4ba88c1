import path from 'node:path';
import { ConfigError, readConfig, type Config } from '../config/config.ts';
import { environment } from '../config/environment.ts';
import { projectRoot } from '../config/project-root.ts';
import { watchParent } from './processes/watch-parent.ts';
import { StackProblem } from './processes/stack-problem.ts';
import { createProgress, tracked, type OnProgress } from './progress.ts';
import { startStack, type Stack } from './stack.ts';
import { welcome } from './welcome.ts';

/** Signs tokens on a developer's machine only; production has no default. */
const developmentSecret = 'for-development-only-never-in-production';
/** Of this project's own clients. */
const ownManifests = [
  'schema/generated/clients/persisted-documents.json',
  'examples/web/app/generated/persisted-documents.json',
];
/** Where `npm run example` serves its page. */
const exampleOrigins = 'http://127.0.0.1:4001,http://localhost:4001';

/** `npm start`: the whole gateway on servers of its own, with something in them to look at. */
async function start(): Promise<void> {
  const startedAt = performance.now();
  const given = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    TOKEN_SECRET: developmentSecret,
    // Whoever tries things out asks for what no client does.
    TRUSTED_DOCUMENTS: 'off',
    TRUSTED_DOCUMENTS_FILES: ownManifests
      .map((file) => path.join(projectRoot(import.meta.url), file))
      .join(','),
    CORS_ORIGINS: exampleOrigins,
    // Seen, but in nobody's way who reloads GraphiQL or runs a script.
    RATE_LIMIT: '10000',
    // Ctrl-C is to end it now.
    DRAIN_MS: '0',
    ...present(environment),
  };
  // Faults of the configuration are told before anything is started; the servers' addresses are known only then.
  readConfig(
    withServers(given, { databaseUrl: 'postgres://pending', replicaUrls: [], redisUrl: 'redis://pending' }),
  );

  const progress = createProgress();
  let stack: Stack | undefined;
  try {
    // The gateway's code is loaded while the servers start.
    const [started, gateway] = await Promise.all([
      startStack({
        dataDir: environment['STACK_DATA_DIR'],
        external: {
          databaseUrl: given.DATABASE_URL,
          replicaUrls: given.DATABASE_REPLICA_URLS?.split(','),
          redisUrl: given.REDIS_URL,
        },
        onProgress: progress.report,
      }).then((ready) => (stack = ready)),
      tracked(progress.report, 'Gateway code', () => import('./gateway.ts')),
    ]);
    const config = readConfig(withServers(given, started));
    const url = await run(config, started, gateway, progress.report);
    progress.close();
    process.stdout.write(welcome(config, url, Math.round(performance.now() - startedAt)));
  } catch (error) {
    progress.close();
    await stack?.stop();
    throw error;
  }
}

async function run(
  config: Config,
  stack: Stack,
  gateway: typeof import('./gateway.ts'),
  onProgress: OnProgress,
): Promise<string> {
  const log = gateway.createLog({ level: config.LOG_LEVEL });
  await tracked(onProgress, 'Migrations', () => gateway.migrateClusters(config, log));
  await tracked(onProgress, 'Seed', () => gateway.seed(config.DATABASE_URL));
  const app = await tracked(onProgress, 'Gateway', () => gateway.createApp(config, { log }));
  const stop = gateway.onStopSignal({
    log,
    withinSeconds: config.SHUTDOWN_SECONDS,
    stop: async () => {
      await app.close();
      await stack.stop();
    },
  });
  // A signal to npm alone never reaches us.
  watchParent(() => stop('npm is gone'));
  return app.url;
}

type Given = Readonly<Record<string, string | undefined>>;

function present(
  env: Given,
): Given & Readonly<Record<'DATABASE_URL' | 'DATABASE_REPLICA_URLS' | 'REDIS_URL', string | undefined>> {
  return Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  ) as ReturnType<typeof present>;
}

function withServers(
  env: Given,
  { databaseUrl, replicaUrls, redisUrl }: Pick<Stack, 'databaseUrl' | 'replicaUrls' | 'redisUrl'>,
): Given {
  return {
    ...env,
    DATABASE_URL: env['DATABASE_URL'] ?? databaseUrl,
    DATABASE_REPLICA_URLS: env['DATABASE_REPLICA_URLS'] ?? replicaUrls.join(','),
    REDIS_URL: env['REDIS_URL'] ?? redisUrl,
  };
}

/** A problem of the machine or of the configuration is told in its own words; anything else with its stack. */
start().catch((error: unknown) => {
  const isTold = error instanceof StackProblem || error instanceof ConfigError;
  const text = error instanceof Error ? (isTold ? error.message : error.stack) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
