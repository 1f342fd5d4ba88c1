import { connect, type Socket } from 'node:net';

/** What became of the requests of a burst. */
export interface BurstResult {
  readonly right: number;
  readonly wrong: number;
  /** Without an answer: the gateway is gone. */
  readonly lost: number;
  /** What one of the wrong ones was. */
  readonly fault?: string | undefined;
}

export interface BurstOptions {
  readonly url: string;
  readonly requests: number;
  readonly document: string;
  /** The data of a right answer, as it is sent. */
  readonly expected: string;
}

/** One after the other on one connection; the server reads on while it works on the first of them. */
const perConnection = 20;
const patienceMs = 120_000;

/** Sends all requests at once, pipelined, so that all of them are under way before the first is answered. */
export async function sendBurst({ requests, ...options }: BurstOptions): Promise<BurstResult> {
  const sizes = Array.from({ length: Math.ceil(requests / perConnection) }, (_, index) =>
    Math.min(perConnection, requests - index * perConnection),
  );
  const results = await Promise.all(sizes.map((size) => sendPipelined({ ...options, requests: size })));
  return results.reduce((sum, one) => ({
    right: sum.right + one.right,
    wrong: sum.wrong + one.wrong,
    lost: sum.lost + one.lost,
    fault: sum.fault ?? one.fault,
  }));
}

async function sendPipelined({ url, requests, document, expected }: BurstOptions): Promise<BurstResult> {
  const { host, hostname, port } = new URL(url);
  const body = JSON.stringify({ query: document });
  const request = [
    'POST /graphql HTTP/1.1',
    `host: ${host}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(request.repeat(requests));
  const answers = await readAnswers(socket, requests);
  const right = answers.split(expected).length - 1;
  const wrong = answers.split('"errors":').length - 1;
  const fault = /"errors":.{0,200}/.exec(answers)?.[0];
  return { right, wrong, lost: requests - right - wrong, fault };
}

/** Resolves to all that was answered, when everything is, or when the connection breaks. */
function readAnswers(socket: Socket, requests: number): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    const finish = () => {
      socket.destroy();
      resolve(text);
    };
    const isComplete = () => text.split('HTTP/1.1 ').length > requests && text.endsWith('}\n');
    socket.setEncoding('utf8').setTimeout(patienceMs, finish);
    socket.on('data', (part: string) => {
      text += part;
      if (isComplete()) finish();
    });
    // A gateway that was killed; what it has not answered is counted.
    socket.on('error', finish);
    socket.on('close', finish);
  });
}
