import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { toUpstreams } from '../nginx/configuration.ts';
import { hostsOf, readCompose, readText, root, type ComposeService } from './compose.ts';
import { faultsOfEnvironment, serversOf } from './environment.ts';

const given = { TOKEN_SECRET: 'x'.repeat(32), POSTGRES_PASSWORD: 'secret' };
const compose = readCompose(given);
const services = Object.entries(compose.services);
const dockerfile = readText('deploy/Dockerfile');
const ours = services.filter(([, { build }]) => build !== undefined);
/** With what the image sets. */
const environmentOf = ({ environment = {} }: ComposeService) => ({ ...imageEnvironment(), ...environment });
const nginxTemplate = readText('deploy/nginx/nginx.conf.template');
const { nginx } = compose.services;
const ofNginx = nginx?.environment ?? {};
const directive = (name: string) => new RegExp(`^\\s*${name} (.+);`, 'm').exec(nginxTemplate)?.[1] ?? '';

function imageEnvironment(): Readonly<Record<string, string>> {
  const [, pairs = ''] = /^ENV (.+)$/m.exec(dockerfile) ?? [];
  return Object.fromEntries(pairs.split(' ').map((pair) => pair.split('=') as [string, string]));
}

describe('the services of docker-compose.yml', () => {
  it('are three gateways and two workers, of the image that is built here', () => {
    expect(ours.map(([name, service]) => [name, service.environment?.['ROLES']])).toEqual([
      ['gateway-1', 'http'],
      ['gateway-2', 'http'],
      ['gateway-3', 'http'],
      ['worker-1', 'worker'],
      ['worker-2', 'worker'],
    ]);
    for (const [, { build }] of ours) expect(existsSync(join(root, build?.dockerfile ?? ''))).toBe(true);
  });

  it.each(ours)('%s is given what a gateway needs, and nothing that it does not know', (_name, service) => {
    expect(faultsOfEnvironment(environmentOf(service))).toEqual([]);
    expect(readConfig(environmentOf(service))).toMatchObject({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: 4000,
      REDIS_CLUSTER: 'true',
    });
  });

  it('a variable that is misspelt, or is missing, would be found', () => {
    const [[, first] = ['', {}]] = ours;
    const { DATABASE_URL = '', ...rest } = environmentOf(first);
    expect(faultsOfEnvironment({ ...rest, DATABASE_UR: DATABASE_URL })).toEqual([
      'DATABASE_UR is no variable of the gateway',
      expect.stringMatching(/^DATABASE_URL is required/),
    ]);
  });

  it.each(ours)('%s finds every server that it is sent to', (_name, service) => {
    const hosts = hostsOf(compose);
    for (const { host, port } of serversOf(environmentOf(service))) {
      const { image = '' } = hosts.get(host) ?? {};
      expect(`${image.split(':')[0] ?? ''}:${port}`).toMatch(/^(postgres:5432|redis:6379)$/);
    }
  });

  it('have time to stop: more than the gateway takes', () => {
    for (const [, service] of ours) {
      const { SHUTDOWN_SECONDS } = readConfig(environmentOf(service));
      expect(parseInt(service.stop_grace_period ?? '', 10)).toBeGreaterThan(SHUTDOWN_SECONDS);
    }
  });

  it('do not start without secrets of the operator', () => {
    expect(() => readCompose({ POSTGRES_PASSWORD: 'secret' })).toThrow('TOKEN_SECRET');
    expect(() => readCompose({ TOKEN_SECRET: given.TOKEN_SECRET })).toThrow('POSTGRES_PASSWORD');
  });

  it('evict what can be rebuilt, and nothing else', () => {
    const policies = services.flatMap(([name, { command = [] }]) => {
      const at = command.indexOf('--maxmemory-policy');
      return at < 0 ? [] : [`${name.replace(/-\d$/, '')} ${command[at + 1] ?? ''}`];
    });
    expect([...new Set(policies)].sort()).toEqual(['redis-cache allkeys-lru', 'redis-state noeviction']);
    expect(policies).toHaveLength(7);
  });

  it.each(services)('%s has an image of one version', (_name, { image = '' }) => {
    if (!image.startsWith('tributary:')) expect(image).toMatch(/:v?\d+\.\d+/);
  });

  it.each(services)('%s mounts and depends on what there is', (_name, { volumes = [], depends_on = {} }) => {
    const [files, kept] = [
      volumes.filter((volume) => volume.startsWith('./')),
      volumes.filter((volume) => !volume.startsWith('./')),
    ].map((all) => all.map((volume) => volume.split(':')[0] ?? ''));
    for (const file of files ?? []) expect(existsSync(join(root, file)), file).toBe(true);
    for (const volume of kept ?? []) expect(Object.keys(compose.volumes)).toContain(volume);
    const others = Array.isArray(depends_on) ? (depends_on as readonly string[]) : Object.keys(depends_on);
    for (const other of others) expect(Object.keys(compose.services)).toContain(other);
  });
});

describe('nginx', () => {
  const gateways = ours.filter(([name]) => name.startsWith('gateway')).map(([name]) => `${name}:4000`);

  it('is sent to every gateway, as the topology without containers sends it', () => {
    const words = (text = '') => text.split(/\s+/);
    const { NGINX_GATEWAYS, NGINX_SOCKETS } = toUpstreams(gateways);
    expect(words(ofNginx['NGINX_GATEWAYS'])).toEqual(words(NGINX_GATEWAYS));
    expect(words(ofNginx['NGINX_SOCKETS'])).toEqual(words(NGINX_SOCKETS));
  });

  it('is given every variable of its template, and no other', () => {
    const named = [...nginxTemplate.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
    const known = Object.keys(ofNginx).filter((name) => !name.startsWith('NGINX_ENVSUBST'));
    expect(known.sort()).toEqual([...new Set(named)].filter((name) => name !== 'NAMES').sort());
  });

  it('is the one proxy that gateways believe', () => {
    for (const [, service] of ours)
      expect(readConfig(environmentOf(service)).TRUSTED_PROXIES).toEqual([
        nginx?.networks?.default.ipv4_address,
      ]);
  });

  it('lets idle connections go before a gateway does that drains, and waits for answers longer than it works', () => {
    const [[, first] = ['', {}]] = ours;
    const config = readConfig(environmentOf(first));
    const [, upstream = ''] = /upstream gateways \{([^}]*)\}/.exec(nginxTemplate) ?? [];
    const [, keepAlive = ''] = /keepalive_timeout (\d+)s;/.exec(upstream) ?? [];
    expect(Number(keepAlive) * 1_000).toBeLessThan(config.DRAIN_MS);
    expect(parseInt(directive('proxy_read_timeout'), 10) * 1_000).toBeGreaterThan(config.REQUEST_DEADLINE_MS);
    expect(parseInt(directive('client_max_body_size'), 10) * 2 ** 20).toBeGreaterThan(
      config.BODY_LIMIT_BYTES,
    );
  });

  it('repeats nothing that a gateway may have begun', () => {
    expect(directive('proxy_next_upstream')).toBe('error timeout');
  });
});
