import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { gatewayEnvironment, postQuery } from './testing/gateway.ts';
import { startProgram } from './testing/processes.ts';

const buildWithinMs = 120_000;

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [inject('replicaUrl')] });
});
afterAll(() => own.drop());

it('what is built serves the graph and GraphiQL, in production', { timeout: 2 * buildWithinMs }, async () => {
  const build = startProgram(['npm', 'run', 'build'], {});
  expect(await build.ended, build.output()).toEqual({ code: 0, signal: null });

  const env = { NODE_ENV: 'production', LOG_LEVEL: 'info' };
  const servers = { ...own, redisUrl: inject('redisUrl') };
  const program = startProgram(['npm', 'run', 'start:built'], gatewayEnvironment({ servers, env }));
  onTestFinished(() => void program.child.kill('SIGKILL'));
  const [, url = ''] = await program.until(/"url":"(http:[^"]+)"/);
  expect((await postQuery(url, '{ products { totalCount } }')).data).toEqual({ products: { totalCount: 0 } });
  for (const file of ['', '/assets/client.js', '/assets/graphiql.min.js']) {
    const response = await fetch(`${url}/graphiql${file}`);
    expect([response.status, (await response.text()).length > 500]).toEqual([200, true]);
  }
  program.child.kill('SIGTERM');
  expect(await program.ended).toEqual({ code: 0, signal: null });
});
