import { rounded } from '../measures.ts';
import type { Proof } from '../proof.ts';
import { primaryKilled, redisMasterKilled } from './losses.ts';
import { restarts } from './restarts.ts';
import { openScene } from './scene.ts';

const upWithinMs = 60_000;

/**
 * The shipped topology as `npm run topology` starts it. Has no quick form in the suite: some twenty processes take a quarter of
 * a minute of both processors to come up, before anything is shown.
 */
export const topology: Proof<'sockets' | 'seconds'> = {
  name: 'topology',
  about:
    'Behind nginx, all gateways are restarted, a Redis master and the Postgres primary are killed, and clients notice as little as is promised.',
  takes: '3 min',
  options: {
    sockets: { about: 'WebSockets that listen', fallback: 60 },
    seconds: { about: 'that each state is watched', fallback: 5 },
  },
  async run(context) {
    const scene = await openScene(context);
    const restarted = await restarts(scene);
    const redis = await redisMasterKilled(scene);
    const primary = await primaryKilled(scene, context);
    return {
      checks: [
        {
          what: 'All of it is up, with data, after',
          found: `${rounded(scene.upMs / 1_000)} s`,
          must: `≤ ${upWithinMs / 1_000} s`,
          holds: scene.upMs <= upWithinMs,
        },
        ...restarted.checks,
        ...redis.checks,
        ...primary.checks,
      ],
      figures: {
        upMs: rounded(scene.upMs),
        restarts: restarted.figures,
        redis: redis.figures,
        primary: primary.figures,
      },
    };
  },
};
