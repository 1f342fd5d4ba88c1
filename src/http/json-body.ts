import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';

/**
 * Reads JSON bodies. Node would put a replacement character for each byte that is not UTF-8, and so store something
 * that nobody sent; keys that reach into prototypes are refused.
 */
export function registerJsonBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (!isUtf8(body)) done(Object.assign(new Error('not UTF-8'), { statusCode: 400 }));
    else void parse(request, body.toString('utf8'), done);
  });
}
