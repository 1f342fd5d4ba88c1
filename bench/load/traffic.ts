import { seededRandom, type Random } from '../../src/clock/random.ts';
import { requestFor } from '../../src/testing/prove/redirects/connection.ts';
import { createZipf, scattered } from '../../src/testing/prove/targets/zipf.ts';
import { firstPriceMinor, type Population } from '../data/population.ts';
import type { Ask, Asked, Dialect, Workload } from '../workloads/workload.ts';
import type { Exchange, Told } from './connection.ts';
import { createPrices, type Prices } from './prices.ts';

/** Of whom the traffic is. */
export interface Target {
  readonly server: string;
  readonly dialect: Dialect;
}

/** What comes of the answers. */
export interface Tally {
  readonly answered: (told: Told, isGood: boolean) => void;
  readonly lost: () => void;
  readonly wrote: () => void;
  /** A read had been untrue for so long when it was asked for. */
  readonly stale: (forMs: number) => void;
}

/** The requests of one workload to one server, the same in each run of a seed. */
export interface Traffic {
  /** Each key twice, for what keeps answers, some of it only what is asked for again. */
  everyKey(tally: Tally): () => Exchange | undefined;
  /** Without end, by Zipf's law; from where it was left. */
  draws(tally: Tally): () => Exchange;
  /** Without end, of the few keys that come most often, each as often as the others: what is stale shows soon. */
  crowded(tally: Tally): () => Exchange;
}

interface Options extends Target {
  readonly workload: Workload;
  readonly population: Population;
  readonly seed: number;
  /** How many draws there are before they begin again, so that what was cached once is asked for again. */
  readonly draws: number;
}

export function createTraffic({ workload, population, server, dialect, seed, draws }: Options): Traffic {
  const random = seededRandom(seed);
  const places = drawPlaces(workload.keys(population, server), draws, random);
  const asked = (place: number): Asked => ({ population, server, place, dialect });
  const prices =
    workload.writes &&
    createPrices({
      share: workload.writes.share,
      ...{ random, firstPriceMinor },
      now: () => performance.now(),
    });
  const texts = new Map<number, string>();
  const crowd = mostFrequent(places);
  let position = 0;

  function textAt(place: number): string {
    const text = texts.get(place) ?? wireText(pathed(workload, workload.request(asked(place)), dialect));
    texts.set(place, text);
    return text;
  }

  function read(place: number, { answered, lost }: Tally): Exchange {
    const isGood = goodAnswer(workload);
    return { text: textAt(place), onAnswer: (told) => answered(told, isGood(told)), onLost: lost };
  }

  const next = (from: readonly number[]) => from[position++ % from.length] ?? 0;

  function exchange(place: number, tally: Tally): Exchange {
    return prices === undefined || dialect === 'bare'
      ? read(place, tally)
      : mixedExchange({ workload, asked: asked(place), text: textAt(place), prices, tally });
  }

  return {
    everyKey(tally) {
      const keys = [...new Set(places)];
      const left = [...keys, ...keys];
      return () => {
        const place = left.pop();
        return place === undefined ? undefined : read(place, tally);
      };
    },
    draws: (tally) => () => exchange(next(places), tally),
    crowded: (tally) => () => exchange(next(crowd), tally),
  };
}

function drawPlaces(keys: number, draws: number, random: Random): readonly number[] {
  const zipf = createZipf(keys);
  return Array.from({ length: draws }, () => scattered(zipf(random), keys, 0));
}

const crowdSize = 20;

function mostFrequent(places: readonly number[]): readonly number[] {
  const counts = new Map<number, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
  return sorted.slice(0, crowdSize).map(([place]) => place);
}

/** A bare server has one answer for each workload, found by its name. */
const pathed = ({ name }: Workload, ask: Ask, dialect: Dialect): Ask =>
  dialect === 'bare' && ask.body !== undefined ? { ...ask, path: name } : ask;

function wireText({ path, token, body }: Ask): string {
  return requestFor(path, token === undefined ? [] : [`Authorization: Bearer ${token}`], body);
}

/** Cheap on purpose: that answers are right was seen before. */
const goodAnswer =
  ({ name }: Workload) =>
  ({ status, body }: Told) =>
    name === 'redirect' ? status === 302 : status === 200 && !body.includes('"errors":[');

interface Mixed {
  readonly workload: Workload;
  readonly asked: Asked;
  /** That reads. */
  readonly text: string;
  readonly prices: Prices;
  readonly tally: Tally;
}

function mixedExchange({ workload, asked, text, prices, tally }: Mixed): Exchange {
  const isGood = goodAnswer(workload);
  const priceIn = (told: Told) => workload.writes?.priceIn(told.body, asked.dialect);
  const turn = prices.turn(asked.place);
  if (turn.kind === 'read') {
    return {
      text,
      onAnswer(told) {
        const price = priceIn(told);
        tally.answered(told, isGood(told) && price !== undefined);
        const staleForMs = price === undefined ? undefined : turn.staleForMs(price);
        if (staleForMs !== undefined) tally.stale(staleForMs);
      },
      onLost: tally.lost,
    };
  }
  const { writes } = workload;
  if (writes === undefined) throw new Error(`${workload.name} does not write`);
  return {
    text: wireText(writes.request(asked, turn.priceMinor)),
    onAnswer(told) {
      const isDone = isGood(told) && priceIn(told) === turn.priceMinor;
      turn.end(isDone);
      tally.answered(told, isDone);
      tally.wrote();
    },
    onLost() {
      turn.end(false);
      tally.lost();
    },
  };
}
