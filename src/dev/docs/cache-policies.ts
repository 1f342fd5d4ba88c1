import { fixedEpochs } from '../../cache/epochs.ts';
import { createKeyspace } from '../../cache/keyspace.ts';
import { defaultCacheSettings } from '../../cache/settings.ts';
import { code, duration, table, type Draft } from './markdown.ts';
import { policies, type DocumentedPolicy } from './policies.ts';

export function cachePoliciesDraft(): Draft {
  return {
    title: 'Cache policies',
    about:
      'Every kind of entry that the gateway caches, as declared beside the SQL that loads it. A write evicts at once, so these times only bound what is not evicted.',
    parts: [
      table(
        ['Policy', 'Key', 'Fresh for', 'Grace', 'On errors', 'Absence for', 'Tiers', 'Strict', 'Declared in'],
        policies.map(toRow),
      ),
      [
        `- **Key**: behind ${code(keyPrefix(false))}, or ${code(keyPrefix(true))} where strict, with the app’s own name; the number after ${code('g')} or ${code('s')} is an [epoch](cache.md#a-write); ids are percent-encoded.`,
        '- **Fresh for**, **Absence for**: life of a value, and of “there is no such row”; each varies by ±10 %, so that what was filled together does not expire together.',
        '- **Grace**: behind that, a value is still answered while one reader refreshes it. **On errors**: and behind that, where the source fails. Neither answers what a write has made old.',
        '- **Tiers**: L1 is a copy in the process, kept no longer than the time in brackets and dropped when the bus tells of a change or falls silent.',
        '- **Strict**: no L1; loaded from the primary, from a replica only while that cannot be reached, and past the cache when Redis is in doubt; claimed by writers before they commit.',
      ].join('\n'),
      'How an entry comes and goes, and what holds when a part fails: [the cache](cache.md).',
    ],
  };
}

function toRow({ policy, id, freshFor, declaredIn }: DocumentedPolicy): readonly string[] {
  return [
    policy.name,
    code(`${policy.name}.${policy.version}:${id}`),
    freshFor,
    lifeOf(policy.staleForMs),
    lifeOf(policy.staleIfErrorMs ?? 0),
    lifeOf(policy.missingForMs),
    tiersOf(policy),
    policy.strict ? 'yes' : 'no',
    `[${declaredIn.split('/').slice(1).join('/')}](../${declaredIn})`,
  ];
}

const lifeOf = (ms: number) => (ms === 0 ? 'none' : duration(ms));

function tiersOf({ tiers, strict, l1ForMs }: DocumentedPolicy['policy']): string {
  if (strict || tiers === 'redis') return 'Redis';
  return `L1 (${duration(l1ForMs ?? defaultCacheSettings.l1ForMs)}), Redis`;
}

/** Of the first entries. */
function keyPrefix(strict: boolean): string {
  const entry = createKeyspace('tributary', fixedEpochs).entries({
    name: 'name',
    version: 1,
    strict,
  })?.('id');
  return entry?.slice(0, entry.indexOf('name')) ?? '';
}
