import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { settings } from './settings.ts';

/**
 * The least that Node can do: the same bytes for every request of a workload, whose name is its path; nothing is looked for,
 * parsed or checked. The file has the body of an answer of each workload, or where it redirects to.
 */
interface Answers {
  readonly bodies: Readonly<Record<string, string>>;
  readonly location: string;
}

const { bodies, location } = JSON.parse(readFileSync(process.env['ANSWERS'] ?? '', 'utf8')) as Answers;

const answers: ReadonlyMap<string, { readonly bytes: Buffer; readonly headers: string[] }> = new Map(
  Object.entries(bodies).map(([workload, body]) => {
    const bytes = Buffer.from(body);
    const headers = [
      'content-type',
      'application/json; charset=utf-8',
      'content-length',
      String(bytes.length),
    ];
    return [`/${workload}`, { bytes, headers }] as const;
  }),
);
const redirect = ['location', location, 'content-length', '0'];

createServer((request, response) => {
  if (request.method === 'GET') {
    response.writeHead(302, redirect).end();
    return;
  }
  const answer = answers.get(request.url ?? '');
  whole(request, () => {
    if (answer === undefined) response.writeHead(404, ['content-length', '0']).end();
    else response.writeHead(200, answer.headers).end(answer.bytes);
  });
}).listen(settings.port, '127.0.0.1');

/** What was sent is read to its end: who asks again on the same connection would wait. */
function whole(request: IncomingMessage, then: () => void): void {
  request.on('end', then).resume();
}
