import { alertsOf, readRules } from '../../../dev/monitoring/alerts.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import type { PrometheusServer } from '../../../dev/prometheus/prometheus-server.ts';
import { rounded } from '../measures.ts';
import type { Check, Proof } from '../proof.ts';
import { pause, signIn } from '../stage.ts';
import { causesOn, type Cause } from './causes.ts';
import { useLive } from './live.ts';
import { startNormalTraffic, useNormally } from './normal-traffic.ts';
import { checkPanels } from './panels.ts';
import { openScene, type Scene } from './scene.ts';
import { startShippedPrometheus } from './shipped-prometheus.ts';
import { startTraffic } from './traffic.ts';

type Option = 'quiet-seconds' | 'shorter';

const firesWithinMs = 90_000;
/** Longer than the windows are. */
const endsWithinMs = 45_000;
const warmUpSeconds = 10;
const scrapeMs = 250;

/** The shipped rules, on a real Prometheus: each alert fires when its cause is there, and none when nothing is wrong. */
export const alerts: Proof<Option> = {
  name: 'alerts',
  about:
    'Every alert that is shipped fires when its condition is caused, and none does while nothing is wrong.',
  takes: '7 min',
  options: {
    'quiet-seconds': { about: 'of traffic with nothing wrong', fallback: 45 },
    shorter: { about: 'times as short are windows and waits of the rules', fallback: 30 },
  },
  async run(context) {
    const { 'quiet-seconds': quietSeconds, shorter } = context.options;
    const scene = await openScene(context);
    const admin = await signIn(scene.gateway.url, 'admin');
    await context.step('Warm-up', () => useNormally(scene, admin, warmUpSeconds));
    const prometheus = await context.step('Prometheus', () =>
      startShippedPrometheus(context, scene, shorter),
    );
    const quiet = await context.step('Nothing wrong', async () => {
      const fired = collectFiring(prometheus);
      await useNormally(scene, admin, quietSeconds);
      return fired();
    });
    const seen = new Map<string, number>();
    const early = new Set<string>();
    for (const cause of causesOn(scene, admin))
      await context.step(cause.what, () => put(cause, { prometheus, scene, admin, quiet, seen, early }));
    const panels = await context.step('Panels', async () => {
      await useLive(scene.gateway.url);
      await pause(4 * scrapeMs);
      return checkPanels(prometheus);
    });
    return {
      checks: [...checksOf({ seen, early, quiet }), panels],
      figures: { secondsUntil: Object.fromEntries(seen), early: [...early], inQuiet: [...quiet] },
    };
  },
};

/** Notes every alert that fires until it is asked which. */
function collectFiring(prometheus: PrometheusServer): () => Promise<ReadonlySet<string>> {
  const fired = new Set<string>();
  const looking = startTraffic({
    ...{ clients: 1, pauseMs: scrapeMs },
    ask: async () => (await prometheus.firing()).forEach((name) => fired.add(name)),
  });
  return async () => {
    await looking.stop();
    return fired;
  };
}

interface Meeting {
  readonly prometheus: PrometheusServer;
  readonly scene: Scene;
  readonly admin: string;
  /** What fired with nothing wrong. */
  readonly quiet: ReadonlySet<string>;
  /** Seconds from the cause to each alert that was meant. */
  readonly seen: Map<string, number>;
  /** Those that were firing before their cause, and all the time: a busy machine is slow by itself. */
  readonly early: Set<string>;
}

/** Beside the usual traffic: begins the cause, waits for its alerts, ends it, and waits until they are over. */
async function put(cause: Cause, { prometheus, scene, admin, quiet, seen, early }: Meeting): Promise<void> {
  const traffic = startNormalTraffic(scene, admin);
  // What an earlier cause has left says nothing of this one.
  const before = new Set(await prometheus.firing());
  const end = await cause.begin();
  const startedAt = performance.now();
  try {
    await waitUntil(
      async () => {
        // On a busy machine it may not answer in time; then it is asked again.
        const firing = await prometheus.firing().catch(() => undefined);
        if (firing === undefined) return false;
        for (const name of before) if (!firing.has(name)) before.delete(name);
        for (const name of cause.alerts)
          if (firing.has(name) && !before.has(name) && !seen.has(name))
            seen.set(name, rounded((performance.now() - startedAt) / 1_000));
        const isHopeless = (name: string) => before.has(name) && performance.now() - startedAt > endsWithinMs;
        return cause.alerts.every((name) => seen.has(name) || isHopeless(name));
      },
      { everyMs: 100, timeoutMs: firesWithinMs },
    );
  } finally {
    await end();
    await traffic.stop();
  }
  for (const name of cause.alerts) if (before.has(name)) early.add(name);
  if (cause.isForGood === true) return;
  const calm = startNormalTraffic(scene, admin);
  // One that a busy machine makes fire by itself would never end.
  const isOver = async () =>
    [...(await prometheus.firing())].every((name) => early.has(name) || quiet.has(name));
  await waitUntil(isOver, { everyMs: scrapeMs, timeoutMs: endsWithinMs });
  await calm.stop();
}

interface Found {
  readonly seen: ReadonlyMap<string, number>;
  readonly early: ReadonlySet<string>;
  readonly quiet: ReadonlySet<string>;
}

const checksOf = ({ seen, early, quiet }: Found): readonly Check[] =>
  alertsOf(readRules()).map(({ name }) => {
    const seconds = seen.get(name);
    const silent = early.has(name) ? 'fired before its cause already' : 'silent with its cause there';
    return {
      what: name,
      found: seconds === undefined ? silent : `fired after ${seconds} s`,
      must: 'fire',
      holds: seconds !== undefined,
      control: {
        found: quiet.has(name) ? 'fired with nothing wrong' : 'silent with nothing wrong',
        fails: !quiet.has(name),
      },
    };
  });
