import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a person follows, as far as a request tells: previews of messengers, crawlers, monitors and what a browser fetches
 * before anybody has clicked are no visits. Those that hide it are counted.
 */
export function isVisit(headers: IncomingHttpHeaders): boolean {
  const { 'user-agent': agent, 'sec-purpose': purpose = headers['purpose'] } = headers;
  return (
    (agent === undefined || !machine.test(agent)) && (purpose === undefined || !ahead.test(String(purpose)))
  );
}

/** `cubot` makes telephones. */
const machine =
  /(?<!cu)bot\b|crawl|spider|slurp|preview|facebookexternalhit|embedly|whatsapp|pingdom|uptime|lighthouse|headless/i;
const ahead = /prefetch|prerender|preview/i;
