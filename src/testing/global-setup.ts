import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../database/migrate.ts';
import { createLog } from '../log/log.ts';
import { startTestServers } from './servers/test-servers.ts';
import { templateDatabase } from './database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
    replicaUrl: string;
    redisUrl: string;
  }
}

/** One set of real servers for the whole run, and a migrated database that every test file gets a copy of. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const servers = await startTestServers();
  try {
    const admin = new pg.Client({ connectionString: servers.databaseUrl });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${templateDatabase}`);
    await admin.end();
    await migrate(withDatabase(servers.databaseUrl, templateDatabase), createLog({ level: 'silent' }));
  } catch (error) {
    await servers.stop();
    throw error;
  }
  project.provide('databaseUrl', servers.databaseUrl);
  project.provide('replicaUrl', servers.replicaUrls[0] ?? '');
  project.provide('redisUrl', servers.redisUrl);
  return () => servers.stop();
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
