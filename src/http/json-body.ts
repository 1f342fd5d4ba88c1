import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The text of a JSON body. */
    sent: string;
  }
}

/**
 * Reads JSON bodies. Node would put a replacement character for each byte that is not UTF-8, and so store something
 * that nobody sent; keys that reach into prototypes are refused.
 */
export function registerJsonBody(app: FastifyInstance): void {
  app.decorateRequest('sent', '');
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (!isUtf8(body)) done(Object.assign(new Error('not UTF-8'), { statusCode: 400 }));
    else {
      request.sent = body.toString('utf8');
      void parse(request, request.sent, done);
    }
  });
}
