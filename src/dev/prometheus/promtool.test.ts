import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { alertsPath } from '../monitoring/alerts.ts';
import { chooseCacheRoot } from '../processes/reachable-folder.ts';
import { runToEnd } from '../processes/run-to-end.ts';
import { findServiceUser } from '../processes/service-user.ts';
import { presentPromtool } from './find-prometheus.ts';

const promtool = await presentPromtool(await chooseCacheRoot(await findServiceUser()));

/** It comes with Prometheus, which `npm run prove -- alerts` fetches; a test run fetches nothing. */
async function check(...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runToEnd(promtool ?? '', args);
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
}

// That for Kubernetes is for continuous integration: the distribution's program is built without it.
it.skipIf(promtool === undefined)('Prometheus takes the rules and the configuration that are shipped', () =>
  check('check', 'config', join(dirname(alertsPath), 'prometheus.yml')),
);

it.skipIf(promtool === undefined)('the rules fire when they should, at the times that are shipped', () =>
  check('test', 'rules', join(import.meta.dirname, 'rules.promtool.yml')),
);
