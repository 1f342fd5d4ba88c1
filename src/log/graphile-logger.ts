import { Logger } from 'graphile-worker';
import type { Log } from './log.ts';

/**
 * Lets graphile-worker speak through our log, and only to whoever debugs: it repeats every failed attempt at a server that
 * is down, and the errors of tasks, which may hold addresses. What an operator must know is said by those who call it.
 */
export function createGraphileLogger(log: Log): Logger {
  return new Logger(() => (level, message) => log.debug({ source: 'graphile-worker', level }, message));
}
