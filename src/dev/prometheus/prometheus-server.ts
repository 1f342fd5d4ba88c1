import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../processes/free-port.ts';
import { spawnGuarded } from '../processes/guarded-child.ts';
import { chooseCacheRoot } from '../processes/reachable-folder.ts';
import { findServiceUser } from '../processes/service-user.ts';
import { untilUp } from '../processes/until-up.ts';
import { findPrometheus } from './find-prometheus.ts';

export interface PrometheusServer {
  readonly url: string;
  /** The series that the expression has now, with their values. */
  query(expression: string): Promise<readonly Sample[]>;
  /** Names of the alerts that fire now. */
  firing(): Promise<ReadonlySet<string>>;
  stop(): Promise<void>;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** NaN where something was divided by nothing. */
  readonly value: number;
}

interface Options {
  /** Made when missing; its data and its log. */
  readonly dataDir: string;
  /** Its configuration, whose rule files are named by their whole path. */
  readonly configFile: string;
}

const READY_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 5_000;

const queried = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});
const alerted = z.object({
  data: z.object({
    alerts: z.array(z.object({ labels: z.record(z.string(), z.string()), state: z.string() })),
  }),
});

/** Starts a Prometheus on 127.0.0.1; resolves when it answers. `StackProblem` when there is none or it does not come up. */
export async function startPrometheus({ dataDir, configFile }: Options): Promise<PrometheusServer> {
  const port = await freePort();
  const binary = await findPrometheus(await chooseCacheRoot(await findServiceUser()));
  await mkdir(dataDir, { recursive: true });
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(dataDir, 'prometheus.log');
  const child = await spawnGuarded({
    name: 'Prometheus',
    command: binary.command,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(dataDir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    cwd: dataDir,
    env: { PATH: process.env['PATH'] },
    stopSignal: 'SIGTERM',
    logFile,
  });

  async function ask<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`Prometheus answers ${response.status}: ${await response.text()}`);
    return shape.parse(await response.json());
  }

  const isReady = () =>
    fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }).then(
      ({ ok }) => ok,
      () => false,
    );
  await untilUp(child, {
    ...{ name: 'Prometheus', isUp: isReady, logFile },
    ...{ everyMs: 50, withinMs: READY_TIMEOUT_MS },
  });
  return {
    url,
    async query(expression) {
      const { data } = await ask(`/api/v1/query?query=${encodeURIComponent(expression)}`, queried);
      return data.result.map(({ metric, value: [, text] }) => ({ labels: metric, value: Number(text) }));
    },
    async firing() {
      const { data } = await ask('/api/v1/alerts', alerted);
      const now = data.alerts.filter(({ state }) => state === 'firing');
      return new Set(now.map(({ labels }) => labels['alertname'] ?? ''));
    },
    stop: () => child.stop(),
  };
}
