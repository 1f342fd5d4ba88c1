import { describe, expect, it } from 'vitest';
import { followed } from '../../datasources/index.ts';
import { parseLsn } from '../clock/lsn.ts';
import type { LogEvent, LogRow } from '../database/log-stream.ts';
import { createCollector, type Transaction } from './collect.ts';
import { createRegistry, nameOf } from './registry.ts';

const end = parseLsn('0/10');

function collect(events: readonly LogEvent[], maxKeys = 100) {
  const unreadable: string[] = [];
  const registry = createRegistry(followed);
  const collector = createCollector({ registry, maxKeys, onUnreadable: (what) => unreadable.push(what) });
  const whole: readonly LogEvent[] = [{ kind: 'begin', xid: 7 }, ...events, { kind: 'commit', end }];
  const [transaction, ...more] = whole
    .map((event) => collector.add(event))
    .filter((one) => one !== undefined);
  if (transaction === undefined || more.length > 0) throw new Error('not one transaction');
  return { transaction, unreadable };
}

const row = (table: string, before: LogRow | undefined, after: LogRow | undefined): LogEvent => ({
  kind: 'row',
  table,
  change: before === undefined ? 'insert' : after === undefined ? 'delete' : 'update',
  before,
  after,
});
const changedIn = ({ changed }: Transaction) => changed.map(nameOf);

describe('a changed row', () => {
  it('makes all entries old that are made of it', () => {
    const { transaction } = collect([row('products', undefined, { id: '1' })]);
    expect(changedIn(transaction)).toEqual(['product:1', 'product-details:1']);
    expect(transaction).toMatchObject({ xid: 7, end, named: [], everything: undefined });
  });

  it('counts as it was and as it is', () => {
    const old = { id: '1', username: 'old', role: 'USER' };
    const { transaction } = collect([row('users', old, { ...old, username: 'new' })]);
    expect(changedIn(transaction)).toEqual(['user:1', 'username:old', 'username:new']);
  });

  it('is looked up elsewhere only where a column that is copied has changed', () => {
    const user = { id: '1', username: 'a', role: 'USER' };
    expect(collect([row('users', undefined, user)]).transaction.lookUps.size).toBe(0);
    expect(collect([row('users', user, { ...user, role: 'ADMIN' })]).transaction.lookUps.size).toBe(1);
    expect(collect([row('users', user, undefined)]).transaction.lookUps.size).toBe(1);
  });

  it('makes lists old where it comes, goes, or changes in what they depend on, and only there', () => {
    const tagsIn = (...events: readonly LogEvent[]) => collect(events).transaction.tags;
    const product = { id: '1', category: 'kitchen', text_version: '1' };
    const texts = { tag: 'product-texts' };
    expect(tagsIn(row('products', undefined, product))).toContainEqual(texts);
    expect(tagsIn(row('products', product, undefined))).toContainEqual(texts);
    expect(tagsIn(row('products', product, { ...product, text_version: '2' }))).toContainEqual(texts);
    expect(tagsIn({ ...row('products', undefined, product), change: 'update' } as LogEvent)).toEqual([]);
    const named: LogEvent = { kind: 'message', prefix: 'cache', content: '{"tags":["product-texts"]}' };
    expect(tagsIn(row('products', undefined, product), named)).not.toContainEqual(texts);
  });

  it('without a column that is followed is told, and the others count', () => {
    const { transaction, unreadable } = collect([
      row('sessions', undefined, { id: '1' }),
      row('inventory', { product_id: '2' }, undefined),
    ]);
    expect(changedIn(transaction)).toEqual(['inventory:2']);
    expect(unreadable).toEqual(['a row of sessions without a column that is followed']);
  });

  it('of a table that nobody follows is nothing', () => {
    expect(changedIn(collect([row('elsewhere', undefined, { id: '1' })]).transaction)).toEqual([]);
  });
});

describe('a transaction', () => {
  it('has the keys that its writer named apart from those it did not', () => {
    const { transaction } = collect([
      row('products', undefined, { id: '1' }),
      { kind: 'message', prefix: 'cache', content: '{"keys":["product:1","session:1:2"]}' },
      { kind: 'message', prefix: 'another', content: 'nonsense' },
    ]);
    expect(transaction.named.flatMap(({ keys }) => keys).map(nameOf)).toEqual(['product:1', 'session:1:2']);
    expect(changedIn(transaction)).toEqual(['product-details:1']);
  });

  it('that changes very many keys counts as changing all, and holds none', () => {
    const rows = Array.from({ length: 30 }, (_, index) => row('products', undefined, { id: String(index) }));
    expect(collect(rows, 20).transaction).toMatchObject({
      everything: 'a transaction changed more than 20 keys',
      changed: [],
    });
    expect(collect(rows, 60).transaction.everything).toBeUndefined();
  });

  it('that empties a table counts as changing all', () => {
    const { transaction } = collect([{ kind: 'truncate', tables: ['users', 'sessions'] }]);
    expect(transaction.everything).toBe('TRUNCATE of users, sessions');
  });

  it('leaves nothing to the next', () => {
    const registry = createRegistry(followed);
    const collector = createCollector({ registry, maxKeys: 9, onUnreadable: () => undefined });
    collector.add({ kind: 'begin', xid: 1 });
    collector.add({ kind: 'truncate', tables: ['users'] });
    collector.add({ kind: 'begin', xid: 2 });
    expect(collector.add({ kind: 'commit', end })).toMatchObject({ xid: 2, everything: undefined });
  });
});
