/** Rows of a batch by the key that they were asked for; what a `Select` returns. */
export function byKey<Row, Key extends string>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): ReadonlyMap<Key, Row> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

/** The only row of a statement that returns one or none. */
export function onlyRow<Row>(rows: readonly Row[]): Row | undefined {
  return rows[0];
}

/** As `byKey`, where a key has several rows; they keep their order. */
export function listsByKey<Row, Key extends string>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): ReadonlyMap<Key, readonly Row[]> {
  const lists = new Map<Key, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [row]);
    else list.push(row);
  }
  return lists;
}
