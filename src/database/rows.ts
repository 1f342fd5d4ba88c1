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
