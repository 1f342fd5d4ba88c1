import { pause } from '../stage.ts';
import { askFor, byReader, type Row } from './rows.ts';

/** Readers that ask the gateways for rows again and again, from before they are changed. */
export interface Watch {
  /** All changes are visible: only what is asked from now on tells that they are seen. */
  readonly changesAreVisible: () => void;
  /** When the last old answer came; undefined while some row has not been seen new by all since the changes. */
  readonly newSince: () => number | undefined;
  /** Ends the reading; what was seen of each row. */
  readonly stop: () => Promise<ReadonlyMap<Row, readonly Sight[]>>;
}

interface Sight {
  readonly url: string;
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly isOld: boolean;
}

/** What became of a row after its commit. */
export interface Sighting {
  readonly what: Row['what'];
  readonly strict: boolean;
  /** From the commit to the first new answer behind the last old one, of all gateways: it was old for less. */
  readonly newAfterMs: number;
  /** Questions asked after the commit, and those of them that were answered with the old row. */
  readonly asked: number;
  readonly old: number;
}

const betweenMs = 2;

export function watchRows(urls: readonly string[], rows: readonly Row[]): Watch {
  const state = { isOver: false };
  const seen = new Map<Row, Sight[]>(rows.map((row) => [row, []]));
  const notNew = new Set(rows.flatMap((row) => urls.map((url) => `${row.what} ${url}`)));
  let visibleAt = Infinity;
  let lastOldAt = 0;

  async function read(together: readonly Row[], url: string): Promise<void> {
    while (!state.isOver) {
      const askedAt = performance.now();
      const old = await askFor(url, together);
      const answeredAt = performance.now();
      if (old.length > 0) lastOldAt = answeredAt;
      for (const row of together) {
        const isOld = old.includes(row);
        seen.get(row)?.push({ url, askedAt, answeredAt, isOld });
        if (isOld) notNew.add(`${row.what} ${url}`);
        else if (askedAt >= visibleAt) notNew.delete(`${row.what} ${url}`);
      }
      await pause(betweenMs);
    }
  }

  const reading = Promise.all(byReader(rows).flatMap((group) => urls.map((url) => read(group, url))));
  reading.catch(() => undefined);
  return {
    changesAreVisible: () => void (visibleAt = performance.now()),
    newSince: () => (notNew.size > 0 ? undefined : lastOldAt),
    async stop() {
      state.isOver = true;
      await reading;
      return seen;
    },
  };
}

/** `visibleAt` is when the commit could surely be seen: whatever is asked later and answered with the old row, is old. */
export function sightingOf(row: Row, sights: readonly Sight[], visibleAt: number): Sighting {
  const after = sights.filter(({ askedAt }) => askedAt >= visibleAt);
  const newAfter = [...new Set(sights.map(({ url }) => url))].map((url) => {
    const ofGateway = after.filter((sight) => sight.url === url);
    const first = ofGateway[ofGateway.findLastIndex(({ isOld }) => isOld) + 1];
    return (first?.answeredAt ?? Infinity) - visibleAt;
  });
  return {
    what: row.what,
    strict: row.strict,
    newAfterMs: Math.max(...newAfter),
    asked: after.length,
    old: after.filter(({ isOld }) => isOld).length,
  };
}
