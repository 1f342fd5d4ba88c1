import { describe, expect, it } from 'vitest';
import type { Loaded } from '../cache/source.ts';
import { systemClock } from '../clock/clock.ts';
import { parseLsn, zeroLsn } from '../clock/lsn.ts';
import type { Database, ReadNeed } from '../database/database.ts';
import type { Queryable } from '../database/sql.ts';
import { createJoinedLoads, mostKeys, type Order } from './joined-loads.ts';

const policy = { key: ({ id }: Key) => id };
interface Key {
  readonly id: string;
}
const keysOf = (...ids: readonly string[]): readonly Key[] => ids.map((id) => ({ id }));
const later = parseLsn('0/16B3748');
const db: Queryable = { rows: () => Promise.reject(new Error('the select does not ask')) };

/** A cluster, and what was asked of it. */
function createCluster() {
  const asked: { readonly ids: readonly string[]; readonly need: ReadNeed }[] = [];
  const fails = new Set<string>();
  const gate = { wait: Promise.resolve() };
  let reading: ReadNeed | undefined;
  const cluster: Pick<Database, 'read'> = {
    async read(need, work) {
      reading = need;
      const value = await work(db);
      await gate.wait;
      need.signal?.throwIfAborted();
      return { value, replayed: later };
    },
  };
  const select = (_db: Queryable, keys: readonly Key[]) => {
    const ids = keys.map(({ id }) => id);
    asked.push({ ids, need: reading ?? { atLeast: zeroLsn } });
    if (ids.some((id) => fails.has(id))) return Promise.reject(new Error('no such table'));
    return Promise.resolve(
      new Map(keys.filter(({ id }) => id !== 'gone').map((key) => [key, `row ${key.id}`])),
    );
  };
  return { cluster, select, asked, fails, gate };
}

function setUp() {
  const database = createCluster();
  const { cluster, select } = database;
  const loads = createJoinedLoads(systemClock);
  const load = (keys: readonly Key[], more: Partial<Order<Key, string>> = {}) =>
    loads<Key, string>({ policy, select, cluster, keys, need: { atLeast: zeroLsn }, ...more });
  return { ...database, load };
}

const rowsOf = ({ values }: Loaded<Key, string>) => [...values].map(([{ id }, row]) => [id, row]);

describe('loads of one turn', () => {
  it('are one statement, of which each gets its own keys', async () => {
    const { load, asked } = setUp();
    const loaded = await Promise.all([
      load(keysOf('a', 'b')),
      load(keysOf('b', 'gone')),
      Promise.resolve().then(() => load(keysOf('c'))),
    ]);
    expect(asked.map(({ ids }) => ids)).toEqual([['a', 'b', 'gone', 'c']]);
    expect(loaded.map(rowsOf)).toEqual([
      [
        ['a', 'row a'],
        ['b', 'row b'],
      ],
      [['b', 'row b']],
      [['c', 'row c']],
    ]);
    expect(loaded.map(({ replayed }) => replayed)).toEqual([later, later, later]);
  });

  it('are answered by the keys that were asked for, not by those of somebody else', async () => {
    const { load } = setUp();
    const [one, other] = [keysOf('a'), keysOf('a')];
    const [first, second] = await Promise.all([load(one), load(other)]);
    expect([...first.values.keys()][0]).toBe(one[0]);
    expect([...second.values.keys()][0]).toBe(other[0]);
  });

  it('of the next turn are another statement: the control', async () => {
    const { load, asked } = setUp();
    await load(keysOf('a'));
    await load(keysOf('b'));
    expect(asked.map(({ ids }) => ids)).toEqual([['a'], ['b']]);
  });

  it.each<[string, Partial<Order<Key, string>>]>([
    ['a later position', { need: { atLeast: later } }],
    ['the primary', { need: { atLeast: zeroLsn, primary: 'preferred' } }],
    ['another cluster', { cluster: createCluster().cluster }],
    ['another table', { select: () => Promise.resolve(new Map()) }],
  ])('are not joined with one that needs %s', async (_, more) => {
    const { load, asked } = setUp();
    await Promise.all([load(keysOf('a')), load(keysOf('b'), more)]);
    expect(asked[0]).toMatchObject({ ids: ['a'], need: { atLeast: zeroLsn, primary: undefined } });
    if (more.need !== undefined) expect(asked[1]).toMatchObject({ ids: ['b'], need: more.need });
  });

  it('are several statements where there are many keys', async () => {
    const { load, asked } = setUp();
    const many = (name: string, count: number) =>
      keysOf(...Array.from({ length: count }, (_, index) => `${name}${index}`));
    await Promise.all([load(many('a', mostKeys - 10)), load(many('b', 11)), load(many('c', 10))]);
    expect(asked.map(({ ids }) => ids.length)).toEqual([mostKeys, 11]);
  });
});

describe('a statement of several', () => {
  it('that fails, fails for all, and for nobody after them', async () => {
    const { load, fails } = setUp();
    fails.add('b');
    const both = await Promise.allSettled([load(keysOf('a')), load(keysOf('b'))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(rowsOf(await load(keysOf('a')))).toEqual([['a', 'row a']]);
  });

  it('goes on when one of them leaves, who is told at once', async () => {
    const { load, gate, asked } = setUp();
    let open: () => void = () => undefined;
    gate.wait = new Promise<void>((resolve) => (open = resolve));
    const leaving = new AbortController();
    const staying = load(keysOf('a'), {
      need: { atLeast: zeroLsn, signal: new AbortController().signal },
    });
    const left = load(keysOf('b'), { need: { atLeast: zeroLsn, signal: leaving.signal } });
    await systemClock.afterPoll();
    await systemClock.afterPoll();
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(asked[0]?.need.signal?.aborted).toBe(false);
    open();
    expect(rowsOf(await staying)).toEqual([['a', 'row a']]);
  });

  it.each([0, 1])('is cancelled when the last of them leaves, turn %s', async (turns) => {
    const { load, asked, gate } = setUp();
    gate.wait = new Promise(() => undefined);
    const controllers = [new AbortController(), new AbortController()];
    const loading = Promise.allSettled(
      controllers.map(({ signal }, index) =>
        load(keysOf(`${index}`), { need: { atLeast: zeroLsn, signal } }),
      ),
    );
    for (let turn = 0; turn < turns; turn += 1) await systemClock.afterPoll();
    for (const controller of controllers) controller.abort(new Error('gone'));
    expect((await loading).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await systemClock.afterPoll();
    await systemClock.afterPoll();
    expect(asked[0]?.need.signal?.aborted).toBe(true);
  });

  it('is cancelled for nobody where one cannot leave', async () => {
    const { load, asked } = setUp();
    const leaving = new AbortController();
    const both = Promise.allSettled([
      load(keysOf('a')),
      load(keysOf('b'), { need: { atLeast: zeroLsn, signal: leaving.signal } }),
    ]);
    leaving.abort(new Error('gone'));
    expect((await both).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(asked[0]?.need.signal).toBeUndefined();
  });
});
