import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { alertsPath, readRules } from '../../../dev/monitoring/alerts.ts';
import { startPrometheus, type PrometheusServer } from '../../../dev/prometheus/prometheus-server.ts';
import type { ProofContext } from '../proof.ts';
import type { Scene } from './scene.ts';
import { shortened } from './shortened.ts';

/** As is shipped. */
const scrapeSeconds = 15;
const shippedShape = z.object({ scrape_configs: z.array(z.object({ job_name: z.string() })) });

/**
 * As much shorter as the windows are, and no more: to tell of thousands of series takes a gateway some milliseconds, which
 * requests would wait for ten times a second.
 */
export const scrapeMs = (by: number): number => Math.round((scrapeSeconds * 1_000) / by);

/** Starts the Prometheus that is shipped, with other targets, and `by` times as short times. */
export async function startShippedPrometheus(
  { resources }: Pick<ProofContext, 'resources'>,
  { stage, gateway, spare, worker }: Scene,
  by: number,
): Promise<PrometheusServer> {
  const folder = join(stage.dataDir, 'prometheus');
  await mkdir(folder, { recursive: true });
  const ruleFile = join(folder, 'alerts.yml');
  await writeFile(ruleFile, stringify(shortened(readRules(), by)));
  const shipped = await readFile(join(dirname(alertsPath), 'prometheus.yml'), 'utf8');
  const targets: Readonly<Record<string, readonly string[]>> = {
    gateway: [gateway.url, spare.url],
    worker: [worker.url],
  };
  const every = `${scrapeMs(by)}ms`;
  const configFile = join(folder, 'prometheus.yml');
  await writeFile(
    configFile,
    stringify({
      global: { scrape_interval: every, scrape_timeout: every, evaluation_interval: every },
      rule_files: [ruleFile],
      scrape_configs: shippedShape.parse(parse(shipped)).scrape_configs.map(({ job_name }) => ({
        job_name,
        static_configs: [{ targets: (targets[job_name] ?? []).map((url) => new URL(url).host) }],
      })),
    }),
  );
  return resources.open(
    () => startPrometheus({ dataDir: folder, configFile }),
    (opened) => opened.stop(),
  );
}
