import { expect, it } from 'vitest';
import { parseLsn, zeroLsn } from '../clock/lsn.ts';
import { encodeStatus, readFrame } from './log-frames.ts';

const lsn = parseLsn('1A/2B3C4D5E');

it('tells the exact positions, and no flushed one where there is none', () => {
  const status = encodeStatus({
    written: lsn,
    flushed: zeroLsn,
    now: Date.UTC(2000, 0, 1, 0, 0, 1),
    ping: true,
  });
  expect(status.toString('hex')).toBe(
    `72${lsn}${zeroLsn}${zeroLsn}${(1_000_000).toString(16).padStart(16, '0')}01`,
  );
});

it('reads signs of life and pieces of the log', () => {
  const clock = '0'.repeat(16);
  const frame = (hex: string) => readFrame(Buffer.from(hex, 'hex'));
  expect(frame(`6b${lsn}${clock}01`)).toEqual({ kind: 'keepalive', lsn, replyRequested: true });
  expect(frame(`6b${lsn}${clock}00`)).toEqual({ kind: 'keepalive', lsn, replyRequested: false });
  expect(frame(`77${lsn}${lsn}${clock}ff01`)).toEqual({
    kind: 'data',
    lsn,
    data: Buffer.from('ff01', 'hex'),
  });
});

it('refuses frames that the protocol does not know', () => {
  expect(() => readFrame(Buffer.from('zzz'))).toThrow('unknown frame');
  expect(() => readFrame(Buffer.alloc(0))).toThrow('unknown frame');
});
