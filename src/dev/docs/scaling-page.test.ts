import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { configSchema } from '../../config/config.ts';
import { alertsOf, readRules } from '../monitoring/alerts.ts';
import { instrumentsOf } from '../monitoring/known-metrics.ts';
import { root } from './documents.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const page = read('docs/scaling.md');

const migrations = readdirSync(path.join(root, 'datasources'), { encoding: 'utf8', recursive: true })
  .filter((file) => file.endsWith('.sql'))
  .map((file) => read(path.join('datasources', file)))
  .join('\n');

/** Names of one kind, as the page writes them, and what there is. */
const kinds: readonly {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly known: ReadonlySet<string | undefined>;
  readonly invented: string;
}[] = [
  {
    kind: 'metrics',
    pattern: /`(gateway_\w+)`/g,
    known: new Set(instrumentsOf({ processMetrics: true }).map(({ name }) => name)),
    invented: '`gateway_invented_total`',
  },
  {
    kind: 'alerts',
    pattern: /\[(\w+)\]\(operations\.md#/g,
    known: new Set(alertsOf(readRules()).map(({ name }) => name)),
    invented: '[Invented](operations.md#processbusy)',
  },
  {
    kind: 'variables',
    pattern: /`([A-Z]+_[A-Z_\d]+)`/g,
    // nginx reads one of them.
    known: new Set([...Object.keys(configSchema.shape), 'NGINX_GATEWAYS']),
    invented: '`INVENTED_MB`',
  },
  {
    kind: 'indexes',
    pattern: /`([a-z]+_(?:by|of)_\w+)`/g,
    known: new Set([...migrations.matchAll(/CREATE (?:UNIQUE )?INDEX (\w+)/g)].map(([, name]) => name)),
    invented: '`products_by_nothing`',
  },
];

it.each(kinds)('the $kind that the page on scaling names are there', ({ pattern, known, invented }) => {
  const namesIn = (text: string) => [...text.matchAll(pattern)].map(([, name]) => name);
  const strangersIn = (text: string) => namesIn(text).filter((name) => !known.has(name));
  expect(namesIn(page).length).toBeGreaterThan(3);
  expect(strangersIn(page)).toEqual([]);
  expect(strangersIn(`${page}\n${invented}`)).toHaveLength(1);
});
