import { createHash } from 'node:crypto';

/** One statement. `name` is the same for the same text, so that Postgres parses and plans it once per connection. */
export interface Sql {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

const prepared = new WeakMap<TemplateStringsArray, { readonly name: string; readonly text: string }>();

/** Tagged template: every `${value}` becomes a parameter, never text. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Sql {
  let statement = prepared.get(strings);
  if (statement === undefined) {
    const text = strings.reduce((joined, part, index) => `${joined}$${index}${part}`);
    // Postgres cuts statement names at 63 bytes.
    const name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    statement = { name, text };
    prepared.set(strings, statement);
  }
  return { values, ...statement };
}

/** What a datasource sees of a connection: one statement at a time. Rows come back with camelCase columns as written in the SQL. */
export interface Queryable {
  rows<Row>(statement: Sql): Promise<readonly Row[]>;
}
