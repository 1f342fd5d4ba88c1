import { seededRandom } from '../../clock/random.ts';
import { revocationKinds, type People, type RevocationKind } from './revocations.ts';
import { pause } from './stage.ts';

export interface RevocationSightings {
  rounds: number;
  /** Rounds in which the right could be used on the second gateway before it was taken away. */
  before: number;
  /** Rounds in which the very next request to the second gateway was let through … */
  atOnce: number;
  /** … or one when everything that was under way had ended … */
  later: number;
  /** … or one to the first gateway. */
  onFirst: number;
  /** Any of these three. */
  letThrough: number;
}

interface Needs {
  /** The right is taken away on the first and tried on the second. */
  readonly urls: readonly [string, string];
  readonly people: People;
  readonly seed: number;
}

/** In so many rounds the second gateway knows the session already; in the others it reads it just then. */
const knownPart = 0.25;
/** A first read begins so long before the act is expected to be answered; some of its steps then come before, some after. */
const earliestMs = 65;
const latestMs = 15;
const settleMs = 60;

export function createRevocationRounds({ urls, people, seed }: Needs) {
  const [first, second] = urls;
  const random = seededRandom(seed);
  const sightings = Object.fromEntries(
    revocationKinds.map((kind) => [
      kind,
      { rounds: 0, before: 0, atOnce: 0, later: 0, onFirst: 0, letThrough: 0 },
    ]),
  ) as Record<RevocationKind, RevocationSightings>;
  /** How long each kind of act took last. */
  const took = new Map<RevocationKind, number>();

  async function roundOf(kind: RevocationKind): Promise<void> {
    const seen = sightings[kind];
    const { isLetThrough, revoke } = await people.victim(kind, first);
    const isKnown = random() < knownPart;
    // Twice: to fill and to find.
    if (isKnown && (await isLetThrough(second)) && (await isLetThrough(second))) seen.before += 1;

    // 1. The second gateway reads the row.  2. The first commits and invalidates.  3. The second stores what it read.
    const leadMs = latestMs + (earliestMs - latestMs) * random() - (took.get(kind) ?? 0);
    const racing = Promise.all(
      [1, 2].map(() => pause(Math.max(0, -leadMs)).then(() => isLetThrough(second))),
    );
    racing.catch(() => undefined);
    await pause(Math.max(0, leadMs));
    const startedAt = performance.now();
    await revoke();
    took.set(kind, performance.now() - startedAt);

    const atOnce = await isLetThrough(second);
    const onFirst = await isLetThrough(first);
    await racing;
    await pause(settleMs);
    const later = await isLetThrough(second);
    seen.rounds += 1;
    if (atOnce) seen.atOnce += 1;
    if (onFirst) seen.onFirst += 1;
    if (later) seen.later += 1;
    if (atOnce || onFirst || later) seen.letThrough += 1;
  }

  return {
    sightings,
    /** Each kind once. */
    round: async (): Promise<void> => {
      for (const kind of revocationKinds) await roundOf(kind);
    },
  };
}
