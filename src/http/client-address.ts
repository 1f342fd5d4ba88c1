import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';
import { plainAddress } from '../limits/rate/network.ts';

/** Where a request comes from; of a socket that is gone, ''. */
export type ClientAddress = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string;

/**
 * The last address that no trusted proxy has: each proxy adds to `X-Forwarded-For` whom it was asked by, and what stands
 * before that anybody may have written.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return ({ socket }) => plainAddress(socket.remoteAddress ?? '');
  const trusted = blockListOf(trustedProxies);
  const isTrusted = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address));

  return ({ socket, headers }) => {
    const forwarded = headers['x-forwarded-for']?.toString().split(',') ?? [];
    let address = plainAddress(socket.remoteAddress ?? '');
    while (isTrusted(address)) {
      const asker = plainAddress(forwarded.pop()?.trim() ?? '');
      if (isIP(asker) === 0) break;
      address = asker;
    }
    return address;
  };
}

/** Of addresses such as `10.0.0.7`, and ranges such as `10.0.0.0/8`. */
function blockListOf(all: readonly string[]): BlockList {
  const list = new BlockList();
  for (const each of all) {
    const [address = '', bits] = each.split('/');
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');
