import { describe, expect, it } from 'vitest';
import { changedMasters, isOutdated, readSlotMap } from './slot-map.ts';

interface Claim {
  readonly id: string;
  readonly epoch: number;
  readonly ranges: readonly (readonly [number, number])[];
  readonly host?: string | null;
  readonly port?: number;
}

/** The map as servers tell it; `others` are members without slots. */
function mapOf(claims: readonly Claim[], others: readonly string[] = []) {
  const slots = claims.flatMap(({ id, ranges, host = '10.0.0.1', port = 7_000 }) =>
    ranges.map(([start, end]) => [start, end, [host, port, id], ['10.0.0.9', 7_009, `${id}-replica`]]),
  );
  const line = (id: string, epoch: number) => `${id} 10.0.0.1:7000@17000 master - 0 0 ${epoch} connected`;
  const nodes = [
    ...claims.map(({ id, epoch }) => line(id, epoch)),
    ...others.map((id) => line(id, 0)),
    '',
  ].join('\n');
  return readSlotMap(slots, nodes, 'seed');
}

const a: Claim = { id: 'a', epoch: 1, ranges: [[0, 9_999]] };
const b: Claim = { id: 'b', epoch: 2, ranges: [[10_000, 16_383]] };

describe('a map of slots', () => {
  it('tells who holds a slot, under which claim, and whether all are held', () => {
    const map = mapOf([{ ...a, ranges: [[5_000, 9_999], [0, 10]] }, b]); // prettier-ignore
    expect(map.ownerOf(10)).toMatchObject({ id: 'a', epoch: 1, ranges: '0-10 5000-9999' });
    expect(map.ownerOf(11)).toBeUndefined();
    expect(map.ownerOf(16_383)?.id).toBe('b');
    expect(map.complete).toBe(false);
    expect(mapOf([a, b]).complete).toBe(true);
    expect(map.replicas).toEqual([
      { host: '10.0.0.9', port: 7_009 },
      { host: '10.0.0.9', port: 7_009 },
    ]);
  });

  it.each([null, '', '?'])('takes the host that was asked for %j', (host) => {
    expect(mapOf([{ ...a, host }]).ownerOf(0)?.host).toBe('seed');
  });

  it.each([
    [new Error('ERR This instance has cluster support disabled'), ''],
    [[], null],
    [[[0, 1]], ''],
    [[['0', 1, ['h', 1, 'id']]], ''],
  ])('is refused where the answer is %j', (slots, nodes) => {
    expect(() => readSlotMap(slots as never, nodes, 'seed')).toThrow(/^not /);
  });
});

describe('between two maps', () => {
  it('those have changed that hold other slots, or the same by a later claim, or at another address', () => {
    const before = mapOf([a, b]);
    const names = (claims: readonly Claim[]) =>
      [...changedMasters(before, mapOf(claims))].map((name) => name.slice(0, 1));
    expect(names([b, a])).toEqual([]);
    expect(names([{ ...a, ranges: [[0, 9_998]] }, b])).toEqual(['a']);
    expect(names([a, { ...b, epoch: 3 }])).toEqual(['b']);
    expect(names([a, { ...b, port: 7_001 }])).toEqual(['b']);
    expect(names([a, { ...b, id: 'c' }])).toEqual(['c']);
    expect(changedMasters(undefined, before).size).toBe(2);
  });

  it('one is outdated that gives a slot to a lower claim', () => {
    const promoted = mapOf([a, { ...b, id: 'c', epoch: 3 }], ['b']);
    const stillOld = mapOf([a, b], ['c']);
    expect(isOutdated(stillOld, promoted)).toBe(true);
    expect(isOutdated(promoted, stillOld)).toBe(false);
    expect(isOutdated(promoted, promoted)).toBe(false);
  });

  it('none is outdated in a cluster that was made anew at the same addresses', () => {
    const before = mapOf([{ ...a, epoch: 7 }, b]);
    expect(isOutdated(mapOf([{ ...a, id: 'x', epoch: 1 }, b]), before)).toBe(false);
  });
});
