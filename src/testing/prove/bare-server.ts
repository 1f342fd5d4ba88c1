import { createServer } from 'node:http';
import { environment } from '../../config/environment.ts';
import type { BareAnswer } from './start-bare.ts';

/**
 * The least that Node can do for an answer: the same to every request, nothing read, looked for, counted or checked. Says at
 * `/metrics` how much of a processor it has used, as a gateway does.
 */
const { PORT, ANSWER = '{}' } = environment;
const { status, headers, body } = JSON.parse(ANSWER) as BareAnswer;
const told = [...headers.flat(), 'content-length', String(Buffer.byteLength(body))];

createServer((request, response) => {
  if (request.url === '/metrics') {
    const { user, system } = process.cpuUsage();
    response.end(`gateway_process_cpu_seconds_total ${(user + system) / 1e6}\n`);
  } else {
    response.writeHead(status, told);
    response.end(body);
  }
}).listen(Number(PORT), '127.0.0.1', () => console.log('listening'));
