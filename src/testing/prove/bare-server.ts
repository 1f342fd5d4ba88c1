import { createServer } from 'node:http';
import { environment } from '../../../config/environment.ts';

/**
 * The least that Node can do for an answer: the same bytes to every request, nothing read, looked for, counted or checked. Says at
 * `/metrics` how much of a processor it has used, as a gateway does.
 */
const { PORT, BODY = '' } = environment;
const headers = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(BODY))];

createServer((request, response) => {
  if (request.url === '/metrics') {
    const { user, system } = process.cpuUsage();
    response.end(`gateway_process_cpu_seconds_total ${(user + system) / 1e6}\n`);
  } else {
    response.writeHead(200, headers);
    response.end(BODY);
  }
}).listen(Number(PORT), '127.0.0.1', () => console.log('listening'));
