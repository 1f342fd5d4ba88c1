import { isIPv4, isIPv6 } from 'node:net';

/** Without what some sockets put before an IPv4 address, or behind a link-local one. */
export function plainAddress(address: string): string {
  const [bare = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  return mapped ?? bare;
}

/**
 * Whose an address is: an IPv4 address itself, of an IPv6 address the /64, for that is the least a subscriber gets, and
 * holds more addresses than could be counted.
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const plain = plainAddress(address);
  if (isIPv4(plain)) return plain;
  return isIPv6(plain) ? `${firstGroups(plain, 4).join(':')}::/64` : 'unknown';
}

function firstGroups(address: string, count: number): readonly string[] {
  const [before = '', after] = address.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [left, right] = [groups(before), groups(after ?? '')];
  // An IPv4 address at the end stands for two groups.
  const written = left.length + right.length + (address.includes('.') ? 1 : 0);
  const zeros = after === undefined ? [] : new Array<string>(Math.max(0, 8 - written)).fill('0');
  return [...left, ...zeros, ...right].slice(0, count).map((group) => parseInt(group, 16).toString(16));
}
