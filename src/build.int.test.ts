import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { projectRoot } from './config/project-root.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { gatewayEnvironment, postQuery } from './testing/gateway.ts';
import { startProgram } from './testing/processes.ts';

const buildWithinMs = 120_000;

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [inject('replicaUrl')] });
});
afterAll(() => own.drop());

it(
  'what is built serves the graph and GraphiQL from a folder of its own, in production',
  { timeout: 2 * buildWithinMs },
  async () => {
    const build = startProgram(['npm', 'run', 'build'], {});
    expect(await build.ended, build.output()).toEqual({ code: 0, signal: null });

    // As deploy/Dockerfile does: from a folder that holds nothing else.
    const image = await mkdtemp(join(tmpdir(), 'tributary-image-'));
    onTestFinished(() => rm(image, { recursive: true }));
    const assemble = startProgram(['sh', 'deploy/assemble.sh', image], {});
    expect(await assemble.ended, assemble.output()).toEqual({ code: 0, signal: null });
    await symlink(join(projectRoot(import.meta.url), 'node_modules'), join(image, 'node_modules'));

    const env = { NODE_ENV: 'production', LOG_LEVEL: 'info' };
    const servers = { ...own, redisUrl: inject('redisUrl') };
    const program = startProgram(['npm', 'run', 'start:built'], gatewayEnvironment({ servers, env }), image);
    onTestFinished(() => void program.child.kill('SIGKILL'));
    const [, url = ''] = await program.until(/"url":"(http:[^"]+)"/);
    expect((await postQuery(url, '{ products { totalCount } }')).data).toEqual({
      products: { totalCount: 0 },
    });
    for (const file of ['', '/assets/client.js', '/assets/graphiql.min.js']) {
      const response = await fetch(`${url}/graphiql${file}`);
      expect([response.status, (await response.text()).length > 500]).toEqual([200, true]);
    }
    const check = await healthCheck();
    const port = { PORT: new URL(url).port };
    expect(await startProgram(check, port).ended).toMatchObject({ code: 0 });
    program.child.kill('SIGTERM');
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(await startProgram(check, port).ended).toMatchObject({ code: 1 });
  },
);

/** Of the image. */
async function healthCheck(): Promise<[string, ...string[]]> {
  const dockerfile = await readFile(join(projectRoot(import.meta.url), 'deploy/Dockerfile'), 'utf8');
  const [, words = '[]'] = /HEALTHCHECK [^[]*(\[.*\])/.exec(dockerfile) ?? [];
  return JSON.parse(words) as [string, ...string[]];
}
