import { errorCodes, type ErrorCode } from '../../errors/codes.ts';
import { closeCodes } from '../../http/live/close-codes.ts';
import { statusesByCode } from './failing-requests.ts';
import { code, table, type Draft } from './markdown.ts';

export async function errorsDraft(): Promise<Draft> {
  const statuses = await statusesByCode();
  return {
    title: 'Error codes',
    about:
      'Every value that `errors[].extensions.code` can have. `extensions.requestId` names the request in our log; what a user can do something about is in `userErrors` instead.',
    parts: [
      table(
        ['Code', 'Meaning', 'HTTP status'],
        (Object.entries(errorCodes) as [ErrorCode, string][]).map(([name, meaning]) => [
          code(name),
          meaning,
          [...(statuses.get(name) ?? [])].sort((one, other) => one - other).join(', ') || '–',
        ]),
      ),
      'The status is that of a request which fails as a whole. An error at a field leaves it at 200: the field is null, its neighbours have their data. A dash: no request fails with that code as a whole. `BAD_REQUEST` also comes with 408 and 431, where a request arrives too slowly or its headers are too large.',
      '## Close codes of WebSockets',
      'Why the gateway closes a socket. Event streams have none: what ends one comes as its last answer, with `UNAUTHENTICATED`, `TOO_SLOW`, `SHUTTING_DOWN` or a fault. A request to connect is refused over HTTP: with 403 for a foreign `Origin`, with 503 where there are too many connections.',
      table(
        ['Code', 'Reason', 'Meaning'],
        Object.values(closeCodes).map((each) => [code(each.code), each.reason || '–', each.meaning]),
      ),
    ],
  };
}
