import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { compiledProgram } from './dev/compiled.ts';
import { createTestDatabase, type TestDatabase } from './testing/database.ts';
import { gatewayEnvironment, postQuery } from './testing/gateway.ts';
import { startProgram, type Program } from './testing/processes.ts';

const entry = ['node', await compiledProgram('src/main.ts')] as const;

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase({ databaseUrl: inject('databaseUrl'), replicaUrls: [inject('replicaUrl')] });
});
afterAll(() => own.drop());

async function start(env: Readonly<Record<string, string>> = {}): Promise<{ program: Program; url: string }> {
  const servers = { ...own, redisUrl: inject('redisUrl') };
  const production = { NODE_ENV: 'production', LOG_LEVEL: 'info', ...env };
  const program = startProgram(entry, gatewayEnvironment({ servers, env: production }));
  onTestFinished(() => void program.child.kill('SIGKILL'));
  const [, url = ''] = await program.until(/"url":"(http:[^"]+)"/);
  return { program, url };
}

describe('the gateway in production', () => {
  it('names every missing variable in a line of its own and exits with 1', async () => {
    const program = startProgram(entry, { PORT: '0' });
    expect((await program.ended).code).toBe(1);
    const lines = program.output().trim().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['DATABASE_URL', 'REDIS_URL', 'TOKEN_SECRET']);
  });

  it('shows neither its schema nor a front door', async () => {
    const { url } = await start();
    const { errors } = await postQuery(url, '{ __schema { types { name } } }');
    expect(errors[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await postQuery(url, '{ productz { id } }')).errors[0]?.message).not.toContain('Did you mean');
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(404);
  });

  it('logs JSON lines, each request with the id that its answer carries', async () => {
    const { program, url } = await start();
    const response = await fetch(`${url}/healthz`, { headers: { 'x-request-id': 'my-request-1' } });
    expect(response.headers.get('x-request-id')).toBe('my-request-1');
    await program.until(/my-request-1/);
    const lines = program
      .output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.find(({ requestId }) => requestId === 'my-request-1')).toMatchObject({
      route: '/healthz',
      status: 200,
    });
  });

  it('answers what is under way when it is told to stop, takes nothing new, and exits with 0', async () => {
    const { program, url } = await start();
    // Signing in takes some 50 ms of hashing: long enough to be under way.
    const slow = postQuery(
      url,
      'mutation { signIn(input: { username: "nobody", password: "nothing" }) { userErrors { code } } }',
    );
    await new Promise((resolve) => setTimeout(resolve, 15));
    program.child.kill('SIGTERM');
    expect((await slow).data).toEqual({ signIn: { userErrors: [{ code: 'INVALID_CREDENTIALS' }] } });
    expect(await program.ended).toEqual({ code: 0, signal: null });
    await expect(isListening(url)).resolves.toBe(false);
  });
});

function isListening(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
