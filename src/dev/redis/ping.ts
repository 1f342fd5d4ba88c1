import { connect } from 'node:net';

const ANSWER_TIMEOUT_MS = 500;

/** Whether a Redis on 127.0.0.1 answers PING. One that still loads its data answers with an error, so it does not. */
export function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    let answer = '';
    socket.setEncoding('latin1');
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.includes('\r\n')) finish(answer.startsWith('+PONG'));
    });
  });
}
