import type { JoinedLoads } from '../store/joined-loads.ts';

/** A statement for each order, as if no request knew of another: for controls. */
export const loadsApart: JoinedLoads = async ({ select, cluster, keys, need }) => {
  const { value, replayed } = await cluster.read(need, (db) => select(db, keys));
  return { values: value, replayed };
};
