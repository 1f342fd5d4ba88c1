import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLogMessage, encodeLogMessage } from './log-message.ts';

describe('a message in the log', () => {
  it('leaves out what is empty', () => {
    expect(encodeLogMessage({ keys: [] })).toBeUndefined();
    expect(encodeLogMessage({ keys: [{ policy: 'note', id: '1' }], mark: '' })).toBe('{"keys":["note:1"]}');
    expect(encodeLogMessage({ keys: [{ policy: 'note', id: '1', rowVersion: 3 }], mark: 'aa' })).toBe(
      '{"keys":["note:1"],"mark":"aa","rows":{"note:1":3}}',
    );
  });

  it('names tags', () => {
    const message = { keys: [], tags: ['category:books'] };
    expect(encodeLogMessage(message)).toBe('{"tags":["category:books"]}');
    expect(decodeLogMessage('{"tags":["category:books"]}')).toEqual(message);
  });

  it('is read as it was written, whatever the ids', () => {
    const key = fc.record(
      {
        policy: fc.stringMatching(/^[a-z_]{1,12}$/),
        id: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'a:b', ':', '')),
        rowVersion: fc.nat(),
      },
      { requiredKeys: ['policy', 'id'] },
    );
    const keys = fc.uniqueArray(key, { minLength: 1, selector: ({ policy, id }) => `${policy}:${id}` });
    fc.assert(
      fc.property(keys, fc.stringMatching(/^[0-9a-f]{20}$/), (written, mark) => {
        expect(decodeLogMessage(encodeLogMessage({ keys: written, mark }) ?? '')).toEqual({
          keys: written,
          mark,
        });
      }),
    );
  });

  it.each([
    '',
    'null',
    '[]',
    '{',
    '{"keys":"note:1"}',
    '{"keys":[1]}',
    '{"tags":[1]}',
    '{"keys":["note"]}',
    '{"keys":[":1"]}',
  ])('%j is none', (text) => {
    expect(decodeLogMessage(text)).toBeUndefined();
  });
});
