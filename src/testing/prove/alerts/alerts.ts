import { alertsOf, readRules } from '../../../dev/monitoring/alerts.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import type { PrometheusServer } from '../../../dev/prometheus/prometheus-server.ts';
import { rounded, type Spread } from '../measures.ts';
import type { Check, Proof } from '../proof.ts';
import { pause, signIn } from '../stage.ts';
import { measureBareRoundTrips } from './bare-round-trips.ts';
import { causesOn, type Cause } from './causes.ts';
import { useLive } from './live.ts';
import { startNormalTraffic, useNormally } from './normal-traffic.ts';
import { checkPanels } from './panels.ts';
import { openScene, type Scene } from './scene.ts';
import { scrapeMs, startShippedPrometheus } from './shipped-prometheus.ts';
import { startTraffic } from './traffic.ts';

type Option = 'quiet-seconds' | 'shorter';

const firesWithinMs = 120_000;
/** Longer than the windows are. */
const endsWithinMs = 60_000;
const warmUpSeconds = 10;
const lookEveryMs = 250;

/** The shipped rules, on a real Prometheus: each alert fires when its cause is there, and none when nothing is wrong. */
export const alerts: Proof<Option> = {
  name: 'alerts',
  about:
    'Every alert that is shipped fires when its condition is caused, and none does while nothing is wrong.',
  takes: '10 min',
  options: {
    'quiet-seconds': { about: 'of traffic with nothing wrong', fallback: 60 },
    shorter: { about: 'times as short are windows, waits and what is between two scrapes', fallback: 20 },
  },
  async run(context) {
    const { 'quiet-seconds': quietSeconds, shorter } = context.options;
    const scene = await openScene(context);
    const admin = await signIn(scene.gateway.url, 'admin');
    await context.step('Warm-up', () => useNormally(scene, admin, warmUpSeconds));
    const prometheus = await context.step('Prometheus', () =>
      startShippedPrometheus(context, scene, shorter),
    );
    const { quiet, bare } = await context.step('Nothing wrong', async () => {
      const fired = collectFiring(prometheus);
      const bareRoundTrips = measureBareRoundTrips(scene.stage.redis.url);
      await useNormally(scene, admin, quietSeconds);
      return { quiet: await fired(), bare: await bareRoundTrips() };
    });
    const seen = new Map<string, Seen>();
    const early = new Set<string>();
    for (const cause of causesOn(scene, admin))
      await context.step(cause.what, () => put(cause, { prometheus, scene, admin, quiet, seen, early }));
    const panels = await context.step('Panels', async () => {
      await useLive(scene.gateway.url);
      await pause(4 * scrapeMs(shorter));
      return checkPanels(prometheus);
    });
    return {
      checks: [...checksOf({ seen, early, quiet, bare }), panels],
      figures: {
        seen: Object.fromEntries(seen),
        early: [...early],
        inQuiet: [...quiet],
        bareRedisRoundTripMs: bare,
      },
    };
  },
};

/** Notes every alert that fires until it is asked which. */
function collectFiring(prometheus: PrometheusServer): () => Promise<ReadonlySet<string>> {
  const fired = new Set<string>();
  const looking = startTraffic({
    ...{ clients: 1, pauseMs: lookEveryMs },
    ask: async () => (await prometheus.firing()).forEach((name) => fired.add(name)),
  });
  return async () => {
    await looking.stop();
    return fired;
  };
}

interface Seen {
  readonly after: number;
  readonly cause: string;
}

interface Meeting {
  readonly prometheus: PrometheusServer;
  readonly scene: Scene;
  readonly admin: string;
  /** What fired with nothing wrong. */
  readonly quiet: ReadonlySet<string>;
  /** Seconds from its cause, of each alert that was meant. */
  readonly seen: Map<string, Seen>;
  /** Those that were firing before their cause, and all the time: a busy machine is slow by itself. */
  readonly early: Set<string>;
}

/** Beside the usual traffic: begins the cause, waits for its alerts, ends it, and waits until they are over. */
async function put(cause: Cause, { prometheus, scene, admin, quiet, seen, early }: Meeting): Promise<void> {
  const traffic = startNormalTraffic(scene, admin);
  const isSilent = async () => {
    const firing = await asked(prometheus);
    return firing !== undefined && !cause.alerts.some((name) => firing.has(name));
  };
  await waitUntil(isSilent, { everyMs: lookEveryMs, timeoutMs: endsWithinMs });
  // What fires already, because the machine is busy, says nothing of this cause.
  const before = new Set(await asked(prometheus));
  const end = await cause.begin();
  const startedAt = performance.now();
  try {
    await waitUntil(
      async () => {
        const firing = await asked(prometheus);
        if (firing === undefined) return false;
        for (const name of before) if (!firing.has(name)) before.delete(name);
        for (const name of cause.alerts)
          if (firing.has(name) && !before.has(name) && !seen.has(name))
            seen.set(name, { after: rounded((performance.now() - startedAt) / 1_000), cause: cause.what });
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
  const isOver = async () => {
    const firing = await asked(prometheus);
    return firing !== undefined && [...firing].every((name) => early.has(name) || quiet.has(name));
  };
  await waitUntil(isOver, { everyMs: lookEveryMs, timeoutMs: endsWithinMs });
  await calm.stop();
}

/** On a busy machine it may not answer in time: then it is asked again. */
const asked = (prometheus: PrometheusServer) => prometheus.firing().catch(() => undefined);

interface Found {
  readonly seen: ReadonlyMap<string, Seen>;
  readonly early: ReadonlySet<string>;
  readonly quiet: ReadonlySet<string>;
  /** Round trips to Redis past the gateways, in ms. */
  readonly bare: Spread;
}

const checksOf = ({ seen, early, quiet, bare }: Found): readonly Check[] =>
  alertsOf(readRules()).map(({ name }) => {
    const fired = seen.get(name);
    // What a machine that is busy with other work has added is in this, too.
    const busy = name === 'RedisSlow' ? `; a bare round trip takes up to ${bare.p99} ms (p99)` : '';
    const silent = early.has(name) ? 'fired before its cause already' : 'silent with its cause there';
    return {
      what: name,
      found: fired === undefined ? silent : `fired after ${fired.after} s of ${fired.cause}`,
      must: 'fire',
      holds: fired !== undefined,
      control: {
        found: quiet.has(name) ? `fired with nothing wrong${busy}` : 'silent with nothing wrong',
        fails: !quiet.has(name),
      },
    };
  });
