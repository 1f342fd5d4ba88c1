import { expect, it } from 'vitest';
import { createClientAddress } from './client-address.ts';

function ask(trusted: readonly string[], remoteAddress: string | undefined, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return createClientAddress(trusted)({ socket: { remoteAddress } as never, headers });
}

it('believes nobody by default', () => {
  expect(ask([], '203.0.113.7', '198.51.100.1')).toBe('203.0.113.7');
  expect(ask([], '::ffff:203.0.113.7')).toBe('203.0.113.7');
  expect(ask([], undefined)).toBe('');
});

it('takes the last address that no trusted proxy has, whatever the client wrote before it', () => {
  const trusted = ['10.0.0.0/8', '192.0.2.1', '2001:db8:ffff::/48'];
  expect(ask(trusted, '10.1.2.3', '198.51.100.1')).toBe('198.51.100.1');
  expect(ask(trusted, '10.1.2.3', 'forged, 198.51.100.1, 192.0.2.1')).toBe('198.51.100.1');
  expect(ask(trusted, '2001:db8:ffff::1', '127.0.0.1, 2001:db8::5')).toBe('2001:db8::5');
  expect(ask(trusted, '198.51.100.9', '10.0.0.1')).toBe('198.51.100.9');
});

it('stays at the proxy where that names nobody', () => {
  expect(ask(['10.0.0.0/8'], '10.1.2.3')).toBe('10.1.2.3');
  expect(ask(['10.0.0.0/8'], '10.1.2.3', 'unknown')).toBe('10.1.2.3');
});
