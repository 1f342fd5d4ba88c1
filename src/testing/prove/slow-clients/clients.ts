import { rawSocket, type RawSocket } from '../../live/raw-socket.ts';
import type { Resources } from '../resources.ts';

export const channel = 'busy';

const subscribe = {
  id: '1',
  type: 'subscribe',
  payload: { query: `subscription { heard(channel: "${channel}") { text } }` },
};

/** Subscribed, and read as fast as it comes. */
export interface Reader {
  /** Number of the last message; -1 before the first. */
  readonly last: number;
  /** Messages after the first that came twice, late or not at all. */
  readonly faults: number;
  /** How long each took since the last call, in ms. */
  takeDelays(): readonly number[];
}

/** What is published bears its number and the time. */
export const textOf = (number: number, bytes: number): string =>
  `${number} ${performance.now()} `.padEnd(bytes, 'x');

export async function openReader(url: string, resources: Resources): Promise<Reader> {
  const { ws } = await open(url, resources);
  let delays: number[] = [];
  let [faults, last] = [0, -1];
  ws.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as {
      type: string;
      payload: { data: { heard: { text: string } } };
    };
    if (message.type !== 'next') return;
    const [number, at] = message.payload.data.heard.text.split(' ').map(Number);
    if (last >= 0 && number !== last + 1) faults += 1;
    last = number ?? -1;
    delays.push(performance.now() - (at ?? 0));
  });
  return {
    get last() {
      return last;
    },
    get faults() {
      return faults;
    },
    takeDelays() {
      const taken = delays;
      delays = [];
      return taken;
    },
  };
}

/** Subscribes and never reads again; its kernel takes what it takes. */
export async function openStalled(url: string, resources: Resources): Promise<void> {
  const { ws } = await open(url, resources);
  ws.pause();
}

async function open(url: string, resources: Resources): Promise<RawSocket> {
  const socket = await resources.open(
    () => rawSocket(url, { params: {} }),
    (opened) => {
      opened.ws.terminate();
      return Promise.resolve();
    },
  );
  // One that is cut is no fault of the proof.
  socket.ws.on('error', () => undefined);
  socket.say(subscribe);
  return socket;
}
