import { createServer } from 'node:http';

/**
 * Loaded into every server that is measured, before its own code: says on a port of its own how much of a processor and of memory
 * the process has taken. It costs nothing while nobody asks.
 */
createServer((_request, response) => {
  const { user, system } = process.cpuUsage();
  const usage = { pid: process.pid, cpuMicros: user + system, rssBytes: process.memoryUsage.rss() };
  response.end(JSON.stringify(usage));
})
  .listen(Number(process.env['USAGE_PORT']), '127.0.0.1')
  .unref();
