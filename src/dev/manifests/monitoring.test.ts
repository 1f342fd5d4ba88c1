import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../config/config.ts';
import { readRules } from '../monitoring/alerts.ts';
import { hostsOf, readCompose, readText } from './compose.ts';
import { ofKind, readBase } from './kubernetes.ts';

interface ScrapeConfig {
  readonly job_name: string;
  readonly metrics_path?: string;
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
  readonly kubernetes_sd_configs?: readonly {
    readonly role: string;
    readonly selectors: readonly { readonly role: string; readonly label: string }[];
  }[];
  readonly relabel_configs?: readonly {
    readonly source_labels: readonly string[];
    readonly regex?: string;
    readonly action?: string;
  }[];
}

interface PrometheusFile {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly ScrapeConfig[];
}

const read = (file: string) => parse(readText(`deploy/prometheus/${file}`)) as PrometheusFile;
const compose = readCompose({ TOKEN_SECRET: 'x'.repeat(32), POSTGRES_PASSWORD: 'secret' });
const hosts = hostsOf(compose);
const { prometheus, grafana } = compose.services;
const inContainers = read('prometheus.yml');
const onKubernetes = read('kubernetes.yml');
const mountedAt = (volumes: readonly string[] = [], from: string) =>
  volumes.find((volume) => volume.startsWith(`${from}:`))?.split(':')[1];

describe.each([
  ['in containers', inContainers],
  ['on Kubernetes', onKubernetes],
])('Prometheus %s', (_where, { rule_files, scrape_configs }) => {
  it('has the rules, and the jobs that they name', () => {
    expect(rule_files).toEqual(['alerts.yml']);
    const expressions = readRules().groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
    const named = expressions.flatMap((text) =>
      [...text.matchAll(/job=~?"([^"]+)"/g)].flatMap(([, names = '']) => names.split('|')),
    );
    expect(scrape_configs.map(({ job_name }) => job_name)).toEqual([...new Set(named)]);
  });

  it('asks for the path at which metrics are', () => {
    for (const { metrics_path = '/metrics' } of scrape_configs)
      expect(readText('src/http/health.ts')).toContain(`'${metrics_path}'`);
  });
});

it('Prometheus asks each container of ours, as what it is', () => {
  const asked = inContainers.scrape_configs.flatMap(({ job_name, static_configs = [] }) =>
    static_configs.flatMap(({ targets }) => targets.map((target) => [job_name, target])),
  );
  const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
  expect(asked).toEqual(ours.map(([name]) => [name.replace(/-\d$/, ''), `${name}:4000`]));
  expect(mountedAt(prometheus?.volumes, './deploy/prometheus')).toBe('/etc/prometheus');
  expect(prometheus?.command).toContain('--config.file=/etc/prometheus/prometheus.yml');
});

it('Prometheus finds the pods of each deployment by their label and their port', () => {
  const deployments = ofKind(readBase(), 'Deployment');
  expect(onKubernetes.scrape_configs.map(({ job_name }) => job_name)).toEqual(
    deployments.map(({ metadata }) => metadata.name),
  );
  for (const { metadata, spec } of deployments) {
    const job = onKubernetes.scrape_configs.find(({ job_name }) => job_name === metadata.name);
    const [label] = Object.entries(spec.template.metadata.labels).map((pair) => pair.join('='));
    expect(job?.kubernetes_sd_configs?.map(({ role, selectors }) => [role, selectors])).toEqual([
      ['pod', [{ role: 'pod', label }]],
    ]);
    const kept = job?.relabel_configs?.find(({ action }) => action === 'keep');
    expect(kept).toMatchObject({
      source_labels: ['__meta_kubernetes_pod_container_port_name'],
      regex: spec.template.spec.containers[0].ports[0]?.name,
    });
  }
});

it('Grafana is given its sources and its dashboards where it looks for them', () => {
  const provisioning = 'deploy/grafana/provisioning';
  expect(mountedAt(grafana?.volumes, `./${provisioning}`)).toBe('/etc/grafana/provisioning');
  const { providers } = parse(readText(`${provisioning}/dashboards/tributary.yml`)) as {
    readonly providers: readonly { readonly options: { readonly path: string } }[];
  };
  expect(providers.map(({ options }) => options.path)).toEqual([
    mountedAt(grafana?.volumes, './deploy/grafana/dashboards'),
  ]);
  const { datasources } = parse(readText(`${provisioning}/datasources/prometheus.yml`)) as {
    readonly datasources: readonly { readonly type: string; readonly url: string }[];
  };
  for (const { type, url } of datasources) expect(hosts.get(new URL(url).hostname)?.image).toContain(type);
});

it('gateways and workers send their traces to the collector that is there, each by its name', () => {
  for (const [name, { build, environment }] of Object.entries(compose.services)) {
    if (build === undefined) continue;
    const config = readConfig(environment ?? {});
    const { hostname, port } = new URL(config.OTEL_EXPORTER_OTLP_ENDPOINT ?? '');
    expect([hosts.get(hostname)?.image, port]).toEqual([expect.stringContaining('jaeger'), '4318']);
    expect(config.OTEL_SERVICE_NAME).toBe(name.replace(/-\d$/, ''));
  }
});
