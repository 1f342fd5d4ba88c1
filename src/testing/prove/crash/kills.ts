import pg from 'pg';
import { toGlobalId } from '../../../../schema/global-id.ts';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { postQuery, type Gateway } from '../../gateway.ts';
import type { ProofContext } from '../proof.ts';
import { pause, signIn, type Stage } from '../stage.ts';
import type { Doomed } from './doomed.ts';
import { askFor, byReader, nameRow, priceRow, sessionRow, stockRow, type Row } from './rows.ts';
import { sightingOf, watchRows, type Sighting, type Watch } from './watch.ts';

/** What was seen of all rows that were changed. */
export type Findings = readonly Sighting[];

export interface Rounds {
  /** The doomed gateway changes a price, a stock and a session at once, and is killed. Resolves when it is seen, or given up. */
  readonly kill: (doomed: Doomed) => Promise<void>;
  /** The same and a name, by somebody in psql. */
  readonly psql: () => Promise<void>;
  readonly found: () => Findings;
  /** How often some gateway shows one of the rows old now. */
  readonly lookAgain: () => Promise<number>;
}

interface Needs {
  readonly context: Pick<ProofContext, 'resources'>;
  readonly stage: Stage;
  /** They live, and have all rows in Redis and in their processes. */
  readonly survivors: readonly Gateway[];
  /** A product for each round. */
  readonly productIds: readonly string[];
  /** Watched so long in any case, and until all was new for so long. */
  readonly quietMs: number;
  /** Given up then. */
  readonly giveUpMs: number;
}

export async function createRounds(needs: Needs): Promise<Rounds> {
  const { stage, survivors, context, quietMs, giveUpMs } = needs;
  const productIds = [...needs.productIds];
  const found: Sighting[] = [];
  /** In groups of one reader. */
  const changed: (readonly Row[])[] = [];
  const urls = survivors.map(({ url }) => url);
  const [{ url: firstUrl } = { url: '' }] = survivors;
  let names = 0;
  const client = new pg.Client({ connectionString: stage.servers.primaryUrl });
  await context.resources.open(
    () => client.connect(),
    () => client.end(),
  );
  const userId = await renameAlice(client);

  async function newRows(): Promise<readonly Row[]> {
    const productId = productIds.shift() ?? '';
    // Sessions are new in each round: those that are some minutes old are extended, by transactions of their own.
    const adminToken = await signIn(firstUrl, 'admin');
    const userToken = await signIn(firstUrl, 'alice');
    return [priceRow(productId, adminToken), stockRow(productId, adminToken), sessionRow(userToken)];
  }

  /** Everything is in Redis after the first time, and copied from there at the second. */
  async function cacheEverywhere(rows: readonly Row[]): Promise<void> {
    for (const { url, app } of [...survivors, ...survivors]) {
      for (const group of byReader(rows)) {
        if ((await askFor(url, group)).length < group.length) throw new Error('something is new already');
      }
      await app.idle();
    }
  }

  async function isChanged(row: Row): Promise<boolean> {
    const { rows } = await client.query<{ done: boolean }>(`SELECT (${row.isChanged}) AS done`);
    return rows[0]?.done === true;
  }

  async function see(rows: readonly Row[], watch: Watch, visibleAt: ReadonlyMap<Row, number>): Promise<void> {
    watch.changesAreVisible();
    const since = performance.now();
    const isQuiet = () => performance.now() - Math.max(since, watch.newSince() ?? Infinity) > quietMs;
    await waitUntil(isQuiet, { everyMs: 5, timeoutMs: giveUpMs });
    const seen = await watch.stop();
    for (const row of rows) found.push(sightingOf(row, seen.get(row) ?? [], visibleAt.get(row) ?? 0));
    changed.push(...byReader(rows.filter(({ what }) => what !== 'name')));
  }

  async function kill(doomed: Doomed): Promise<void> {
    const rows = await newRows();
    await cacheEverywhere(rows);
    // Its own connections and sessions too.
    for (const group of byReader(rows)) await askFor(doomed.url, group);
    const watch = watchRows(urls, rows);
    const { commits, invalidations } = doomed;
    commits.arm();
    invalidations.arm();
    const answers: string[] = [];
    const changing = rows.map((row) =>
      change(doomed.url, row).then(
        (answer) => answers.push(JSON.stringify(answer)),
        () => undefined,
      ),
    );
    await commits.caught(rows.length).catch((error: unknown) => {
      throw new Error(`not all came to COMMIT; answered: ${answers.join()}`, { cause: error });
    });
    for (const row of rows) if (await isChanged(row)) throw new Error(`${row.what} is committed already`);
    commits.release();
    const visibleAt = new Map<Row, number>();
    const areVisible = async () => {
      for (const row of rows) {
        if (!visibleAt.has(row) && (await isChanged(row))) visibleAt.set(row, performance.now());
      }
      return visibleAt.size === rows.length;
    };
    if (!(await waitUntil(areVisible, { everyMs: 0, timeoutMs: giveUpMs }))) throw new Error('no commit');
    await invalidations.caught(1);
    doomed.kill();
    await see(rows, watch, visibleAt);
    // Nobody was told that it was done, and it was.
    await Promise.all(changing);
    if (answers.length > 0) throw new Error(`the killed gateway has answered: ${answers.join()}`);
    for (const row of rows) if (!(await isChanged(row))) throw new Error(`${row.what} was not committed`);
    await Promise.all([commits.close(), invalidations.close()]);
  }

  async function psql(): Promise<void> {
    names += 1;
    const rows = [...(await newRows()), nameRow(userId, nameOf(names - 1), nameOf(names))];
    await cacheEverywhere(rows);
    const watch = watchRows(urls, rows);
    await pause(quietMs / 10);
    const visibleAt = new Map<Row, number>();
    for (const row of rows) {
      await client.query(row.statement);
      visibleAt.set(row, performance.now());
    }
    await see(rows, watch, visibleAt);
  }

  return {
    kill,
    psql,
    found: () => found,
    async lookAgain() {
      let old = 0;
      for (const url of urls) for (const group of changed) old += (await askFor(url, group)).length;
      return old;
    },
  };
}

const nameOf = (number: number): string => `Alice ${number}`;

/** Resolves to the user's global id. */
async function renameAlice(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `UPDATE users SET display_name = $1 WHERE username = 'alice' RETURNING id::text`,
    [nameOf(0)],
  );
  return toGlobalId('User', rows[0]?.id ?? '');
}

async function change(url: string, { what, mutation }: Row): Promise<unknown> {
  if (mutation === undefined) throw new Error(`no client changes the ${what}`);
  const { document, ...options } = mutation;
  return postQuery(url, document, options);
}
