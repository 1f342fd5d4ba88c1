import { expect, it } from 'vitest';
import { ConfigError, readConfig, redisServers } from './config.ts';

const enough = {
  DATABASE_URL: 'postgres://localhost/tributary',
  REDIS_URL: 'redis://localhost',
  TOKEN_SECRET: 'x'.repeat(32),
};

const faultsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
};

it('needs three variables in production, and says so in a line each', () => {
  expect(faultsOf({}).map((line) => line.split(' ')[0])).toEqual([
    'DATABASE_URL',
    'REDIS_URL',
    'TOKEN_SECRET',
  ]);
  expect(readConfig(enough)).toMatchObject({ NODE_ENV: 'production', PORT: 4000, DATABASE_REPLICA_URLS: [] });
});

it('takes an empty variable for an absent one', () => {
  expect(readConfig({ ...enough, PORT: '', REDIS_STATE_URL: '' }).PORT).toBe(4000);
  expect(faultsOf({ ...enough, TOKEN_SECRET: '' })).toHaveLength(1);
});

it('reads lists separated by commas', () => {
  const { DATABASE_REPLICA_URLS } = readConfig({
    ...enough,
    DATABASE_REPLICA_URLS: 'postgres://a/x, postgresql://b/x,',
  });
  expect(DATABASE_REPLICA_URLS).toEqual(['postgres://a/x', 'postgresql://b/x']);
});

it('reads shards separated by semicolons, each with its primary first', () => {
  const { DATABASE_SHARDS } = readConfig({
    ...enough,
    DATABASE_SHARDS: 'postgres://a/x, postgres://b/x; postgres://c/x;',
  });
  expect(DATABASE_SHARDS).toEqual([['postgres://a/x', 'postgres://b/x'], ['postgres://c/x']]);
  expect(readConfig(enough).DATABASE_SHARDS).toEqual([]);
});

it('takes one Redis server, or some of a cluster, and puts live state there unless told otherwise', () => {
  const both = (env: Readonly<Record<string, string>>) => {
    const config = readConfig({ ...enough, ...env });
    return [redisServers(config, 'cache'), redisServers(config, 'state')];
  };
  const one = { urls: ['redis://localhost'], cluster: false };
  expect(both({})).toEqual([one, one]);
  const some = { urls: ['rediss://u:p@a:1', 'rediss://u:p@b:2/0'], cluster: true };
  const cluster = { REDIS_URL: some.urls.join(', '), REDIS_CLUSTER: 'true' };
  expect(both(cluster)).toEqual([some, some]);
  expect(both({ ...cluster, REDIS_STATE_URL: 'redis://localhost' })).toEqual([some, one]);
});

it.each([
  [{ REDIS_URL: 'redis://a,redis://b' }, 'REDIS_URL names several servers; that needs REDIS_CLUSTER=true'],
  [
    { REDIS_URL: 'redis://a/1', REDIS_CLUSTER: 'true' },
    'REDIS_URL names a database; a cluster has only number 0',
  ],
])('refuses %j', (env, fault) => {
  expect(faultsOf({ ...enough, ...env })).toEqual([fault]);
});

it('does everything in one process, unless it is given roles', () => {
  expect(readConfig(enough).ROLES).toEqual(['http', 'worker']);
  expect(readConfig({ ...enough, ROLES: 'worker' }).ROLES).toEqual(['worker']);
});

it.each([
  ['PORT', '70000'],
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['DATABASE_URL', 'mysql://localhost'],
  ['DATABASE_REPLICA_URLS', 'postgres://a/x,nonsense'],
  ['DATABASE_SHARDS', 'postgres://a/x;nonsense'],
  ['REDIS_URL', 'localhost:6379'],
  ['REDIS_URL', ','],
  ['REDIS_CLUSTER', 'yes'],
  ['REDIS_STATE_URL', 'redis://a,redis://b'],
  ['TOKEN_SECRET', 'short'],
  ['APP_NAME', 'Two Words'],
  ['LOG_LEVEL', 'loud'],
  ['REQUEST_DEADLINE_MS', '0'],
  ['NODE_ENV', 'staging'],
  ['ROLES', 'http,cook'],
  ['ROLES', ','],
])('refuses %s=%s and names it', (name, value) => {
  const [fault, ...more] = faultsOf({ ...enough, [name]: value });
  expect(fault).toMatch(new RegExp(`^${name} \\S`));
  expect(more).toEqual([]);
});

it('tells all faults at once, and no secret among them', () => {
  const faults = faultsOf({ ...enough, PORT: 'x', TOKEN_SECRET: 'my-secret', LOG_LEVEL: 'x' });
  expect(faults).toHaveLength(3);
  expect(faults.join()).not.toContain('my-secret');
});

it('needs manifests where documents are judged by them', () => {
  for (const mode of ['report', 'enforce'])
    expect(faultsOf({ ...enough, TRUSTED_DOCUMENTS: mode })).toEqual([
      `TRUSTED_DOCUMENTS_FILES is required where TRUSTED_DOCUMENTS is ${mode}`,
    ]);
  expect(faultsOf({ ...enough, TRUSTED_DOCUMENTS: 'off' })).toEqual([]);
  const { TRUSTED_DOCUMENTS_FILES } = readConfig({ ...enough, TRUSTED_DOCUMENTS_FILES: 'web.json, b.json' });
  expect(TRUSTED_DOCUMENTS_FILES).toEqual(['web.json', 'b.json']);
});

it('needs a sender for e-mails, and a key for webhooks', () => {
  const smtp = { ...enough, SMTP_URL: 'smtp://user:secret@mail.example.com:587' };
  expect(faultsOf(smtp)).toEqual(['MAIL_FROM is required where SMTP_URL is given']);
  expect(faultsOf({ ...smtp, MAIL_FROM: 'Tributary <no-reply@example.com>' })).toEqual([]);
  expect(faultsOf({ ...smtp, MAIL_FROM: 'a@example.com, b@example.com' })).toHaveLength(1);
  expect(faultsOf({ ...smtp, SMTP_URL: 'smtp://mail?tls=never' })[0]).toMatch(/^SMTP_URL may say/);
  expect(faultsOf({ ...smtp, SMTP_URL: 'nonsense' })[0]).toMatch(/^SMTP_URL must be an smtp/);
  const push = { ...enough, PUSH_WEBHOOK_URL: 'https://push.example.com/' };
  expect(faultsOf(push)).toEqual([
    'WEBHOOK_SECRET is required where SMS_WEBHOOK_URL or PUSH_WEBHOOK_URL is given',
  ]);
  expect(faultsOf({ ...push, WEBHOOK_SECRET: 'x'.repeat(32) })).toEqual([]);
});

it('does not take longer to drain than it may take to stop', () => {
  expect(faultsOf({ ...enough, UNREADY_MS: '7000' })).toEqual([
    'SHUTDOWN_SECONDS must be longer than UNREADY_MS and DRAIN_MS together',
  ]);
  expect(readConfig({ ...enough, UNREADY_MS: '7000', SHUTDOWN_SECONDS: '11' }).DRAIN_MS).toBe(3_000);
});
