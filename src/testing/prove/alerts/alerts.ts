import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { alertsOf, alertsPath, readRules } from '../../../dev/monitoring/alerts.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { startPrometheus, type PrometheusServer } from '../../../dev/prometheus/prometheus-server.ts';
import { rounded } from '../measures.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { pause, signIn } from '../stage.ts';
import { causesOn, type Cause } from './causes.ts';
import { openScene, type Scene } from './scene.ts';
import { shortened } from './shortened.ts';
import { changeProduct, inTurn, readProduct, startTraffic, visit } from './traffic.ts';

type Option = 'quiet-seconds' | 'shorter';
type Context = ProofContext<Option>;

const firesWithinMs = 90_000;
/** Longer than the windows; what goes on then is noted with the next cause. */
const endsWithinMs = 30_000;
const popular = 20;

/** The shipped rules, on a real Prometheus: each alert fires when its cause is there, and none when nothing is wrong. */
export const alerts: Proof<Option> = {
  name: 'alerts',
  about:
    'Every alert that is shipped fires when its condition is caused, and none does while nothing is wrong.',
  takes: '8 min',
  options: {
    'quiet-seconds': { about: 'of traffic with nothing wrong', fallback: 45 },
    shorter: { about: 'times as short are windows and waits of the rules', fallback: 30 },
  },
  async run(context) {
    const { 'quiet-seconds': quietSeconds, shorter } = context.options;
    const scene = await openScene(context);
    const admin = await signIn(scene.gateway.url, 'admin');
    await context.step('Warm-up', () => useNormally(scene, admin, 10));
    const prometheus = await context.step('Prometheus', () => watch(context, scene, shorter));
    const quiet = await context.step('Nothing wrong', async () => {
      const fired = collectFiring(prometheus);
      await useNormally(scene, admin, quietSeconds);
      return fired.stop();
    });
    const seen = new Map<string, number>();
    for (const cause of causesOn(scene, admin))
      await context.step(cause.what, () => put(cause, { prometheus, scene, admin, seen }));
    return {
      checks: checksOf(seen, quiet),
      figures: { secondsUntil: Object.fromEntries(seen), inQuiet: [...quiet] },
    };
  },
};

/** Starts the Prometheus that is shipped, with other targets and shorter times. */
async function watch({ resources }: Context, scene: Scene, by: number): Promise<PrometheusServer> {
  const folder = join(scene.stage.dataDir, 'prometheus');
  await mkdir(folder, { recursive: true });
  const ruleFile = join(folder, 'alerts.yml');
  await writeFile(ruleFile, stringify(shortened(readRules(), by)));
  const shipped = parse(await readFile(join(dirname(alertsPath), 'prometheus.yml'), 'utf8')) as {
    readonly scrape_configs: readonly { readonly job_name: string }[];
  };
  const targets: Readonly<Record<string, readonly string[]>> = {
    gateway: [scene.gateway.url, scene.spare.url],
    worker: [scene.worker.url],
  };
  const config = {
    global: { scrape_interval: '250ms', scrape_timeout: '250ms', evaluation_interval: '250ms' },
    rule_files: [ruleFile],
    scrape_configs: shipped.scrape_configs.map(({ job_name }) => ({
      job_name,
      static_configs: [{ targets: (targets[job_name] ?? []).map((url) => new URL(url).host) }],
    })),
  };
  const configFile = join(folder, 'prometheus.yml');
  await writeFile(configFile, stringify(config));
  return resources.open(
    () => startPrometheus({ dataDir: folder, configFile }),
    (opened) => opened.stop(),
  );
}

/** A little of everything, most of it of what is in the caches. */
async function useNormally(scene: Scene, admin: string, seconds: number): Promise<void> {
  const traffic = startNormalTraffic(scene, admin);
  await pause(seconds * 1_000);
  await traffic.stop();
}

function startNormalTraffic({ gateway: { url }, stage, codes }: Scene, admin: string) {
  const product = inTurn(stage.productIds.slice(0, popular));
  const code = inTurn(codes.slice(-popular));
  return startTraffic({
    ...{ clients: 2, pauseMs: 25 },
    async ask(count) {
      if (count % 50 === 0) await changeProduct(url, product(), admin);
      await readProduct(url, product());
      if (count % 5 === 0) await visit(url, code());
    },
  });
}

/** Notes every alert that fires meanwhile. */
function collectFiring(prometheus: PrometheusServer) {
  const fired = new Set<string>();
  const looking = startTraffic({
    ...{ clients: 1, pauseMs: 250 },
    ask: async () => (await prometheus.firing()).forEach((name) => fired.add(name)),
  });
  return {
    async stop(): Promise<ReadonlySet<string>> {
      await looking.stop();
      return fired;
    },
  };
}

interface Meeting {
  readonly prometheus: PrometheusServer;
  readonly scene: Scene;
  readonly admin: string;
  /** Seconds from the cause to each alert that was meant. */
  readonly seen: Map<string, number>;
}

/** Beside the usual traffic: begins the cause, waits for its alerts, ends it, and waits until they are over. */
async function put(cause: Cause, { prometheus, scene, admin, seen }: Meeting): Promise<void> {
  const traffic = startNormalTraffic(scene, admin);
  const end = await cause.begin();
  const startedAt = performance.now();
  try {
    await waitUntil(
      async () => {
        const firing = await prometheus.firing();
        for (const name of cause.alerts)
          if (firing.has(name) && !seen.has(name))
            seen.set(name, rounded((performance.now() - startedAt) / 1_000));
        return cause.alerts.every((name) => seen.has(name));
      },
      { everyMs: 100, timeoutMs: firesWithinMs },
    );
  } finally {
    await end();
  }
  const isOver = async () => (await prometheus.firing()).size === 0;
  const isLast = cause.alerts.includes('GatewayDown');
  if (!isLast) await waitUntil(isOver, { everyMs: 250, timeoutMs: endsWithinMs });
  await traffic.stop();
}

const checksOf = (seen: ReadonlyMap<string, number>, quiet: ReadonlySet<string>): readonly Check[] =>
  alertsOf(readRules()).map(({ name }) => {
    const seconds = seen.get(name);
    return {
      what: name,
      found: seconds === undefined ? 'silent with its cause there' : `fired after ${seconds} s`,
      must: 'fire',
      holds: seconds !== undefined,
      control: {
        found: quiet.has(name) ? 'fired with nothing wrong' : 'silent with nothing wrong',
        fails: !quiet.has(name),
      },
    };
  });
