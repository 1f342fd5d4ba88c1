import { expect, it } from 'vitest';
import { bodyOf } from './connection.ts';

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json';

it('a body of known length is whole when all of it is there', () => {
  expect(bodyOf(`${head}\r\nContent-Length: 4\r\n\r\nfour`)).toBe('four');
  expect(bodyOf(`${head}\r\ncontent-length: 4\r\n\r\nfou`)).toBeUndefined();
});

it('a body in chunks is whole after the last of them', () => {
  const chunked = `${head}\r\ntransfer-encoding: chunked\r\n\r\n4\r\nfour\r\n`;
  expect(bodyOf(chunked)).toBeUndefined();
  expect(bodyOf(`${chunked}0\r\n\r\n`)).toContain('four');
});

it('an answer without a body is whole after its head', () => {
  expect(bodyOf('HTTP/1.1 302 Found\r\nlocation: https://www.example.com\r\n\r\n')).toBe('');
  expect(bodyOf('HTTP/1.1 302 Found\r\nlocation: https')).toBeUndefined();
});
