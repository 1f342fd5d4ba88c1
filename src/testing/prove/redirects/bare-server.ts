import { createServer } from 'node:http';
import { environment } from '../../../config/environment.ts';

/**
 * The least that Node can do for a redirect: one place for every path, nothing looked for, counted or checked. Says at
 * `/metrics` how much of a processor it has used, as a gateway does.
 */
const { PORT, LOCATION } = environment;
const headers = ['location', LOCATION ?? '', 'content-length', '0'];

createServer((request, response) => {
  if (request.url === '/metrics') {
    const { user, system } = process.cpuUsage();
    response.end(`gateway_process_cpu_seconds_total ${(user + system) / 1e6}\n`);
  } else {
    response.writeHead(302, headers);
    response.end();
  }
}).listen(Number(PORT), '127.0.0.1', () => console.log('listening'));
