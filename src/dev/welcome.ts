import type { Config } from '../config/config.ts';
import { seededLogins, seededPassword } from './seed/users.ts';

/** What is printed once everything runs. */
export function welcome(config: Config, url: string, tookMs: number): string {
  return [
    '',
    `  Tributary is up after ${(tookMs / 1000).toFixed(1)} s.`,
    '',
    `  GraphiQL   ${url}/graphiql`,
    `  GraphQL    ${url}/graphql`,
    `  Ready      ${url}/readyz`,
    `  Metrics    ${url}/metrics`,
    `  Postgres   ${[config.DATABASE_URL, ...config.DATABASE_REPLICA_URLS].map(hidePassword).join('  replica ')}`,
    `  Redis      ${config.REDIS_URL.map(hidePassword).join(' ')}`,
    '',
    `  Sign in as ${seededLogins.join(', ')}; the password is \`${seededPassword}\`.`,
    '  Ctrl-C stops everything.',
    '',
    '',
  ].join('\n');
}

function hidePassword(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = '…';
  return url.href;
}
