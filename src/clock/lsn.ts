/**
 * A position in Postgres's write-ahead log: the gateway's logical clock. Kept as 16 lower-case hex digits, so that
 * string order is log order, in TypeScript and in Lua alike.
 */
export type Lsn = string & { readonly __brand: 'Lsn' };

export const zeroLsn = '0000000000000000' as Lsn;

/** Reads Postgres's own form, such as `0/1A2B3C4`. Throws on anything else. */
export function parseLsn(text: string): Lsn {
  const parts = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text);
  if (parts?.[1] === undefined || parts[2] === undefined) throw new Error(`not an LSN: ${text}`);
  return (parts[1].padStart(8, '0') + parts[2].padStart(8, '0')).toLowerCase() as Lsn;
}

export function isLsn(text: string): text is Lsn {
  return /^[0-9a-f]{16}$/.test(text);
}

export function laterLsn(one: Lsn, other: Lsn): Lsn {
  return one > other ? one : other;
}

/** Bytes of log between two positions; negative when `to` lies before `from`. */
export function lsnDistance(from: Lsn, to: Lsn): number {
  return Number(BigInt(`0x${to}`) - BigInt(`0x${from}`));
}
