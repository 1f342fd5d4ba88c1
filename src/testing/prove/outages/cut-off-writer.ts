import { PASS } from '../../servers/fault-mode.ts';
import { createResources } from '../resources.ts';
import { untilReady } from '../stage.ts';
import {
  agreesWithPostgres,
  createSubject,
  endSession,
  lookForOld,
  restock,
  strictHolds,
  type OldSeen,
} from './old-answers.ts';
import { openScene, type Finding, type Scene } from './scene.ts';

/** What is old is seen at once or, by a licence that has not run out, a little later. */
const suspicionMs = 500;
const controlRounds = 2;
const unprotected = { protections: { fence: true, lease: true, strict: false } };

/**
 * Only the gateway that writes has lost Redis: the other one finds there what the write should have taken away, and
 * nothing tells it.
 */
export async function cutOffWriter(scene: Scene, rounds: number): Promise<Finding> {
  const { context, stage } = scene;
  const name = 'Writer cut off from Redis';
  const found = await context.step(`${name}, ${rounds} times`, () => cutOff(scene, rounds));

  const resources = createResources();
  const control = await (async () => {
    try {
      const other = await openScene(stage, {
        ...scene,
        resources,
        clientsPerGateway: 0,
        gateway: { overrides: unprotected },
      });
      return await context.step(`${name}: control without marks and epochs`, () =>
        cutOff(other, controlRounds),
      );
    } finally {
      await resources.close();
    }
  })();
  const without = (count: number) => ({
    found: `${count} of ${control.seen.rounds} without marks and epochs`,
    fails: count > 0,
  });
  return {
    name,
    checks: [
      ...strictHolds(name, found.seen, {
        sessions: without(control.seen.letThrough),
        stocks: without(control.seen.oldStocks),
      }),
      await agreesWithPostgres(scene, name, found.ids),
    ],
    figures: { found, control },
  };
}

async function cutOff(scene: Scene, rounds: number) {
  const { gateways, links, context } = scene;
  const ids: string[] = [];
  const seen: Pick<OldSeen, 'rounds' | 'letThrough' | 'oldStocks'> = {
    rounds: 0,
    letThrough: 0,
    oldStocks: 0,
  };
  for (let round = 0; round < rounds; round += 1) {
    context.signal.throwIfAborted();
    await Promise.all(gateways.map(({ url }) => untilReady(url)));
    const subject = await createSubject(scene);
    ids.push(subject.id);
    // In every second round the first of the two writes also has to find out.
    await links.redis[0].setMode({ kind: round % 2 === 0 ? 'black-hole' : 'refuse' });
    if (round % 2 === 1) links.redis[0].resetConnections();
    const answers = [await restock(scene, subject.id), await endSession(scene, subject.token)];
    const failed = answers.find(({ code }) => code !== undefined);
    if (failed !== undefined) throw new Error(`a change was refused: ${String(failed.code)}`);
    const old = await lookForOld(scene, subject, {
      amount: '10.00',
      since: performance.now(),
      forMs: suspicionMs,
    });
    await links.redis[0].setMode(PASS);
    const after = await lookForOld(scene, subject, {
      amount: '10.00',
      since: performance.now(),
      forMs: suspicionMs,
    });
    for (const one of [old, after]) {
      seen.rounds += one.rounds;
      seen.letThrough += one.letThrough;
      seen.oldStocks += one.oldStocks;
    }
  }
  return { seen: { ...seen }, ids };
}
