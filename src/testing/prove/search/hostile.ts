import pg from 'pg';
import type { Resources } from '../resources.ts';
import type { Gateway } from '../../gateway.ts';
import { document } from './asking.ts';

/** What is meant for something else than a search. */
export const hostileQueries: readonly string[] = [
  'x'.repeat(10_000),
  'kettle '.repeat(1_000),
  '',
  '   ',
  '& | ! <-> :*',
  'kettle & & lamp',
  "kettle:* | 'lamp",
  '!!kettle',
  'kettle <-> ',
  '((((((((',
  "'",
  "''",
  '"',
  '\\',
  "\\'",
  "'; DROP TABLE products; --",
  "kettle' OR '1'='1",
  '$1 $$ $tag$',
  '%_%',
  'a\u0000b',
  '\uD800',
  '\uDC00\uD800',
  '🎧👩‍🚀',
  '\u202E\u200B\uFEFF',
  '\u0301\u0301\u0301',
  '\uFDFA'.repeat(200),
  'ﬁ'.repeat(150),
  'a b c d e f g h i j k l m n o p q r s t',
  '<script>alert(1)</script>',
  '{"$gt":""}',
  '__proto__ constructor',
  '../../etc/passwd',
];

/** How many were answered with products, with none, refused as bad input, and anything else. */
export interface Reception {
  readonly answered: number;
  readonly refused: number;
  /** The query, and what it led to. */
  readonly others: readonly (readonly [query: string, what: string])[];
}

export async function receptionOf(gateway: Gateway): Promise<Reception> {
  let [answered, refused] = [0, 0];
  const others: (readonly [string, string])[] = [];
  for (const query of hostileQueries) {
    const { status, data, errors } = await gateway.query(document, { variables: { query } });
    const [code] = errors.map(({ extensions }) => extensions.code);
    if (status === 200 && errors.length === 0 && data != null) answered += 1;
    else if (status < 500 && code === 'BAD_USER_INPUT') refused += 1;
    else others.push([query.slice(0, 20), `${status} ${code}`]);
  }
  return { answered, refused, others };
}

/** How many of them Postgres itself takes for a mistake, where they are handed to it as they are: the control. */
export async function mistakesInPostgres(url: string, resources: Resources): Promise<number> {
  const client = await resources.open(
    async () => {
      const opened = new pg.Client({ connectionString: url });
      await opened.connect();
      return opened;
    },
    (opened) => opened.end(),
  );
  let mistakes = 0;
  for (const query of hostileQueries) {
    await client
      .query(`SELECT FROM products WHERE search @@ to_tsquery('simple', $1) LIMIT 1`, [query])
      .catch(() => (mistakes += 1));
  }
  return mistakes;
}
