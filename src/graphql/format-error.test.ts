import { GraphQLError, locatedError } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { errorCodes, type ErrorCode } from '../errors/codes.ts';
import { DomainError } from '../errors/domain-error.ts';
import { createLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createFormatError } from './format-error.ts';

const lines: string[] = [];
afterEach(() => {
  lines.length = 0;
});
const metrics = createMetrics({ processMetrics: false });
const formatError = createFormatError({
  log: createLog({ level: 'error', destination: { write: (line) => void lines.push(line) } }),
  metrics,
});

/** As Apollo does: what a resolver throws is wrapped, and errors know the request they belong to. */
function format(error: unknown) {
  const wrapped = error instanceof GraphQLError ? error : locatedError(error, [], ['product', 'name']);
  wrapped.extensions['requestId'] = 'request-1';
  return formatError(
    { ...wrapped.toJSON(), extensions: { code: 'INTERNAL_SERVER_ERROR', ...wrapped.extensions } },
    wrapped,
  );
}

const masked = {
  message: 'Something failed on our side.',
  extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' },
};

describe('an error that leaves', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])(
    'keeps code, message and details where a domain says %s',
    (code) => {
      const error = format(
        new DomainError(code, 'No.', { cause: new Error('SELECT'), details: { retryAfterSeconds: 3 } }),
      );
      expect(error).toEqual({
        message: 'No.',
        path: ['product', 'name'],
        extensions: { code, retryAfterSeconds: 3, requestId: 'request-1' },
      });
      expect(lines).toEqual([]);
    },
  );

  it.each<readonly [string, unknown]>([
    ['an Error', new Error('SELECT * FROM users')],
    ['an error of a driver', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    ['an error with a code of the catalogue', Object.assign(new Error('secret'), { code: 'NOT_FOUND' })],
    ['an error with extensions', Object.assign(new Error('secret'), { extensions: { code: 'NOT_FOUND' } })],
    [
      'a GraphQLError without a code',
      new GraphQLError('Cannot return null for non-nullable field Product.name.'),
    ],
    [
      'a GraphQLError with a code of somebody else',
      new GraphQLError('secret', { extensions: { code: 'ECONNREFUSED' } }),
    ],
    [
      'a GraphQLError with a code of a prototype',
      new GraphQLError('secret', { extensions: { code: 'constructor' } }),
    ],
    [
      'a GraphQLError that says so itself',
      new GraphQLError('secret', { extensions: { code: 'INTERNAL_SERVER_ERROR' } }),
    ],
    [
      'something that speaks like a fault of the client',
      new Error('Argument "id" has invalid value "secret".'),
    ],
    ['a text', 'secret'],
    ['nothing', undefined],
  ])('says nothing of %s, and is logged', (_, error) => {
    expect(format(error)).toMatchObject(masked);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"requestId":"request-1"');
  });

  it('that is logged carries its causes there, and only there', () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.1:5432');
    expect(JSON.stringify(format(new Error('no rows', { cause })))).not.toMatch(/ECONN|rows/);
    expect(lines[0]).toMatch(/no rows.*ECONNREFUSED/);
  });

  it.each([
    ['Argument "id" of non-null type "ID!" must not be null.', 'BAD_USER_INPUT'],
    [
      'Argument "id" of required type "ID!" was provided the variable "$a" which was not provided a runtime value.',
      'BAD_USER_INPUT',
    ],
    ['Argument "ids" has invalid value [$a].', 'BAD_USER_INPUT'],
    ['Too many errors processing variables, error limit reached. Execution aborted.', 'BAD_USER_INPUT'],
    ['provided sha does not match query', 'BAD_REQUEST'],
    ['Unsupported persisted query version', 'BAD_REQUEST'],
  ])('gets a code where the engine forgot it: %s', (message, code) => {
    expect(format(new GraphQLError(message))).toMatchObject({ message, extensions: { code } });
    expect(lines).toEqual([]);
  });

  it('does not repeat a megabyte to the one who sent it', () => {
    const { message } = format(
      new GraphQLError('x'.repeat(1_000_000), { extensions: { code: 'BAD_USER_INPUT' } }),
    );
    expect(message).toMatch(/^x{500}…$/);
  });

  it('carries no stack and no original, whatever Apollo was told to add', () => {
    const error = new GraphQLError('No.', {
      extensions: { code: 'BAD_USER_INPUT', stacktrace: ['at x.ts:1'] },
    });
    expect(Object.keys(format(error).extensions ?? {}).sort()).toEqual(['code', 'requestId']);
  });

  it('is counted under its code', async () => {
    metrics.operationErrors.reset();
    format(new DomainError('CONFLICT', 'No.'));
    format(new Error('x'));
    const { values } = await metrics.operationErrors.get();
    expect(values.map(({ labels, value }) => [labels.code, value])).toEqual([
      ['CONFLICT', 1],
      ['INTERNAL_SERVER_ERROR', 1],
    ]);
  });
});
