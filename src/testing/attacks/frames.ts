import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { nested } from './attack.ts';

/** What a client says on a socket that has just been opened, and the code with which it is closed for that. */
export interface FrameAttack {
  readonly what: string;
  readonly code: number;
  readonly say: (ws: WebSocket) => void;
}

const init = '{"type":"connection_init"}';
const saying =
  (...messages: readonly string[]) =>
  (ws: WebSocket) => {
    for (const message of messages) ws.send(message);
  };
const withToken = (authorization: unknown) =>
  saying(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
/** The library would not send them. */
const bytes =
  (...all: readonly number[]) =>
  (ws: WebSocket) =>
    (Reflect.get(ws, '_socket') as Socket).write(Buffer.from(all));
/** One message of so many frames, which never ends. */
const inPieces = (count: number, piece: string) => (ws: WebSocket) => {
  ws.send(init);
  for (let index = 0; index < count; index += 1) ws.send(piece, { fin: false });
};
const masked = [1, 2, 3, 4];

export const frames: readonly FrameAttack[] = [
  { what: 'a message that is none', code: 4400, say: saying('hello') },
  { what: 'a message 30,000 deep', code: 4400, say: saying(nested('[', '', ']', 30_000)) },
  {
    what: 'a ping that nobody can write again',
    code: 4400,
    say: saying(init, `{"type":"ping","payload":{"a":${nested('[', '', ']', 30_000)}}}`),
  },
  {
    what: 'an operation before the connection was acknowledged',
    code: 4401,
    say: saying('{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}'),
  },
  { what: 'a token that is none', code: 4401, say: withToken('Bearer a.b.c') },
  { what: 'a token that is an object', code: 4401, say: withToken({ toString: 1 }) },
  { what: 'a token that is a list', code: 4401, say: withToken(['Bearer']) },
  {
    what: 'a token under another spelling',
    code: 4401,
    say: saying('{"type":"connection_init","payload":{"AUTHORIZATION":"Basic a"}}'),
  },
  { what: 'two beginnings', code: 4429, say: saying(init, init) },
  { what: 'a message of 100 kB', code: 1009, say: saying('a'.repeat(100_000)) },
  // Its first eight bytes say that it will be.
  {
    what: 'a frame of 100 MB',
    code: 1009,
    say: bytes(0x81, 0xff, 0, 0, 0, 0, 0x05, 0xf5, 0xe1, 0, ...masked),
  },
  {
    what: 'a frame of 8 exabytes',
    code: 1009,
    say: bytes(0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, ...masked),
  },
  { what: 'frames of 70 kB in all', code: 1009, say: inPieces(70, 'a'.repeat(1_000)) },
  { what: 'a message that goes on in empty frames', code: 1008, say: inPieces(101, '') },
  { what: 'a message that goes on letter by letter', code: 1008, say: inPieces(101, 'a') },
  {
    what: 'a text that is not UTF-8',
    code: 1007,
    say: (ws) => ws.send(Buffer.from([0xff]), { binary: false }),
  },
  { what: 'a frame without a mask', code: 1002, say: bytes(0x81, 0x01, 0x61) },
  { what: 'a ping of 126 bytes', code: 1002, say: bytes(0x89, 0xfe, 0, 126, ...masked) },
  { what: 'a continuation of nothing', code: 1002, say: bytes(0x80, 0x80, ...masked) },
  { what: 'a frame said to be compressed', code: 1002, say: bytes(0xc1, 0x80, ...masked) },
];

/** Of pages that may not connect. */
export const foreignOrigins: readonly string[] = [
  'https://evil.example.com',
  'null',
  'http://127.0.0.1:1',
  'not an origin',
];
