import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { findOnPath } from '../packages/on-path.ts';
import { runToEnd } from '../processes/run-to-end.ts';
import { readText, root } from './compose.ts';
import { faultsOfEnvironment, serversOf } from './environment.ts';
import {
  baseFolder,
  environmentOfPod,
  manifestsIn,
  ofKind,
  readBase,
  readSecret,
  type Rule,
} from './kubernetes.ts';

/** What an operator gives. */
const secrets = {
  TOKEN_SECRET: 'x'.repeat(32),
  DATABASE_URL: 'postgres://u:p@db/tributary',
  DATABASE_REPLICA_URLS: 'postgres://u:p@db-1/tributary',
  REDIS_URL: 'redis://cache',
  REDIS_STATE_URL: 'redis://state',
};
const all = [...readBase(), ...readSecret()];
const deployments = ofKind(all, 'Deployment').map((each) => [each.metadata.name, each] as const);
const kubectl = await findOnPath(['kubectl', 'kustomize']);
const health = readText('src/http/health.ts');

const portsOf = (rules: readonly Rule[]) => rules.flatMap(({ ports }) => ports.map(({ port }) => port));

describe('the base', () => {
  it('lists every file that there is', () => {
    const files = readdirSync(join(root, baseFolder)).filter((file) => file !== 'kustomization.yaml');
    const listed = [...readText(`${baseFolder}/kustomization.yaml`).matchAll(/^ {2}- (\S+\.yaml)$/gm)];
    expect(listed.map(([, file]) => file).sort()).toEqual(files.sort());
  });

  it('has a deployment for each role', () => {
    expect(deployments.map(([name, each]) => [name, environmentOfPod(all, each)['ROLES']])).toEqual([
      ['gateway', 'http'],
      ['worker', 'worker'],
    ]);
  });

  it.each(deployments)(
    '%s knows each variable that it is given, and starts once it is given secrets',
    (_name, each) => {
      const env = environmentOfPod(all, each);
      expect(faultsOfEnvironment({ ...env, ...secrets })).toEqual([]);
      expect(Object.keys(secrets).every((name) => name in env)).toBe(true);
    },
  );

  it.each(deployments)('%s does not start with the secrets that are written here', (_name, each) => {
    const missing = faultsOfEnvironment(environmentOfPod(all, each)).map((line) => line.split(' ')[0]);
    expect(missing).toEqual(['DATABASE_URL', 'REDIS_URL', 'TOKEN_SECRET']);
  });

  it.each(deployments)('%s is asked where it listens, for what it answers', (_name, { spec, ...each }) => {
    const [container] = spec.template.spec.containers;
    const { PORT } = readConfig({ ...environmentOfPod(all, { ...each, spec }), ...secrets });
    expect(container.ports).toEqual([{ name: 'http', containerPort: PORT }]);
    const { startupProbe, livenessProbe, readinessProbe } = container;
    expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/healthz', port: 'http' },
      { path: '/healthz', port: 'http' },
      { path: '/readyz', port: 'http' },
    ]);
    for (const path of ['/healthz', '/readyz']) expect(health).toContain(`'${path}'`);
  });

  it.each(deployments)('%s has time to stop, and goes on while others are told', (name, each) => {
    const { UNREADY_MS, DRAIN_MS, SHUTDOWN_SECONDS } = readConfig({
      ...environmentOfPod(all, each),
      ...secrets,
    });
    expect(each.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(SHUTDOWN_SECONDS);
    expect(UNREADY_MS + DRAIN_MS).toBeLessThan(SHUTDOWN_SECONDS * 1_000);
    expect(UNREADY_MS > 0).toBe(name === 'gateway');
  });

  it.each(deployments)('%s runs as nobody in particular and writes nothing', (_name, { spec }) => {
    const pod = spec.template.spec;
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(readText('deploy/Dockerfile')).toContain('USER 1000:1000');
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(ofKind(all, 'ServiceAccount').map(({ metadata }) => metadata.name)).toEqual([
      pod.serviceAccountName,
    ]);
  });

  it.each(deployments)('%s selects its own pods: by budget, policy and spread', (name, { spec }) => {
    const { labels } = spec.template.metadata;
    expect(spec.selector.matchLabels).toEqual(labels);
    for (const { labelSelector } of spec.template.spec.topologySpreadConstraints)
      expect(labelSelector.matchLabels).toEqual(labels);
    const budget = ofKind(all, 'PodDisruptionBudget').find(({ metadata }) => metadata.name === name);
    const policy = ofKind(all, 'NetworkPolicy').find(({ metadata }) => metadata.name === name);
    expect(budget?.spec.selector.matchLabels).toEqual(labels);
    expect(policy?.spec.podSelector.matchLabels).toEqual(labels);
  });

  it.each(deployments)('%s may be reached at its port, and reach its servers', (name, each) => {
    const env = { ...environmentOfPod(all, each), ...secrets };
    const policy = ofKind(all, 'NetworkPolicy').find(({ metadata }) => metadata.name === name);
    expect(portsOf(policy?.spec.ingress ?? [])).toEqual([readConfig(env).PORT]);
    const allowed = portsOf(policy?.spec.egress ?? []);
    for (const { port } of serversOf(env)) expect(allowed).toContain(port);
  });

  it('has 5 to 50 gateways, by processor and memory', () => {
    const [scaler, ...others] = ofKind(all, 'HorizontalPodAutoscaler');
    expect(others).toEqual([]);
    expect(scaler?.spec).toMatchObject({
      scaleTargetRef: { name: 'gateway' },
      minReplicas: 5,
      maxReplicas: 50,
    });
    const targets = scaler?.spec.metrics.map(({ resource }) => [
      resource.name,
      resource.target.averageUtilization,
    ]);
    expect(targets).toEqual([
      ['cpu', 70],
      ['memory', 80],
    ]);
    // Else each deployment would undo what the autoscaler did.
    expect(deployments.find(([name]) => name === 'gateway')?.[1].spec.replicas).toBeUndefined();
  });
});

describe.skipIf(kubectl === undefined)('the overlays', () => {
  const overlays = readdirSync(join(root, 'deploy/kubernetes/overlays'));

  it.each(overlays)('%s is built, and still starts', async (overlay) => {
    const command = kubectl ?? '';
    const folder = join(root, 'deploy/kubernetes/overlays', overlay);
    const words = command.endsWith('kubectl') ? ['kustomize', folder] : ['build', folder];
    const { code, stdout, stderr } = await runToEnd(command, words);
    expect(code, stderr).toBe(0);
    const built = [...manifestsIn(stdout), ...readSecret()];
    for (const each of ofKind(built, 'Deployment')) {
      expect(faultsOfEnvironment({ ...environmentOfPod(built, each), ...secrets })).toEqual([]);
      expect(each.spec.template.spec.containers[0].image).toMatch(/:\d+\.\d+\.\d+$/);
    }
    expect(ofKind(manifestsIn(stdout), 'Secret'), 'would overwrite that of the operator').toEqual([]);
  });
});
