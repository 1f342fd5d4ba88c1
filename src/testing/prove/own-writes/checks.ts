import type { Check } from '../proof.ts';
import type { MixFound } from './mix.ts';
import type { ReadsByServer } from './reads.ts';

/** How many pairs there were, and in how many the read was from before the write. */
interface OldReads {
  readonly pairs: number;
  readonly old: number;
}

export interface PairsSeen {
  /** By how the reader was known, then by what was written. */
  readonly old: Readonly<Record<string, Readonly<Record<string, OldReads>>>>;
  readonly reads: ReadsByServer;
}

interface Pairs {
  readonly found: PairsSeen;
  /** Lists read by somebody who cannot be told from others. */
  readonly unknown: PairsSeen;
  /** Rows read so, which their fence would have protected. */
  readonly unfenced: PairsSeen;
}

interface Mixes {
  readonly catalogue: MixFound;
  readonly withStock: MixFound;
  readonly withoutReplica: MixFound;
}

export function neverOld({ found, unknown, unfenced }: Pairs): readonly Check[] {
  const controls = { ...unknown.old['nobody'], ...unfenced.old['nobody'] };
  const isList = (what: string) => what in (unknown.old['nobody'] ?? {});
  return Object.entries(found.old).flatMap(([by, whats]) =>
    Object.entries(whats).map(([what, { pairs, old }]) => {
      const control = controls[what] ?? { pairs: 0, old: 0 };
      return {
        what: `old by ${by} on the other gateway: ${what}`,
        found: `${old} of ${pairs}`,
        must: '0',
        holds: old === 0 && pairs > 0,
        control: {
          found: `${control.old} of ${control.pairs} by neither${isList(what) ? '' : ', without the fence'}`,
          fails: control.old > 0,
        },
      };
    }),
  );
}

export function offPrimary(
  { catalogue, withStock, withoutReplica }: Mixes,
  leastPercent: number,
): readonly Check[] {
  const check = (what: string, percent: number, found: string, control: number): Check => ({
    what,
    found: `${percent} % ${found}`,
    must: `≥ ${leastPercent} %`,
    holds: percent >= leastPercent,
    control: { found: `${control} % without replicas`, fails: control < leastPercent },
  });
  const stock = shares(withStock);
  const all = shares(catalogue);
  return [
    check(
      `SQL reads off the primary, ${mixOf(catalogue)}, all`,
      all.all,
      `of ${all.count} (${all.withHits} % with hits)`,
      shares(withoutReplica).all,
    ),
    check(
      `SQL reads off the primary, ${mixOf(withStock)} and stock, not counting strict ones`,
      stock.withoutStrict,
      `of ${stock.countWithoutStrict} (with strict ones ${stock.all} % of ${stock.count}, ${stock.withHits} % with hits)`,
      shares(withoutReplica).withoutStrict,
    ),
    ...[catalogue, withStock].map(agrees),
  ];
}

const mixOf = ({ requests, writes }: MixFound) => `${inPercent(writes, requests)} % writes`;

function shares({ reads: { primary, replica }, hits }: MixFound) {
  const [onReplica, onPrimary] = [replica.strict + replica.others, primary.strict + primary.others];
  return {
    count: onReplica + onPrimary,
    countWithoutStrict: replica.others + primary.others,
    all: inPercent(onReplica, onReplica + onPrimary),
    withoutStrict: inPercent(replica.others, replica.others + primary.others),
    withHits: inPercent(onReplica + hits, onReplica + onPrimary + hits),
  };
}

function agrees({ reads: { primary, replica }, counted }: MixFound): Check {
  const seen = [primary.strict + primary.others, replica.strict + replica.others];
  return {
    what: 'reads on primary and replica by gateway_postgres_queries_total',
    found: `${counted.primary}, ${counted.replica}`,
    must: `${seen.join(', ')} by pg_stat_statements`,
    holds: counted.primary === seen[0] && counted.replica === seen[1],
  };
}

const inPercent = (part: number, whole: number) => Math.round((1_000 * part) / Math.max(1, whole)) / 10;
