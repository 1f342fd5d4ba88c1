import { expect, it } from 'vitest';
import { parseCacheMessage } from './cache-message.ts';

const mark = '0123456789abcdef0123';

it('reads a list of keys, and an object with any of its parts', () => {
  expect(parseCacheMessage('["user:1","session:1:2"]')).toEqual({
    keys: ['user:1', 'session:1:2'],
    mark: undefined,
    rows: {},
  });
  expect(parseCacheMessage(`{"keys":["user:1"],"mark":"${mark}","rows":{"user:1":7}}`)).toEqual({
    keys: ['user:1'],
    mark,
    rows: { 'user:1': 7 },
  });
  expect(parseCacheMessage('{}')).toEqual({ keys: [], mark: undefined, rows: {} });
});

it.each([
  '',
  'null',
  '7',
  '"user:1"',
  '["user:1",2]',
  '{"keys":"user:1"}',
  '{"mark":"0123"}',
  '{"mark":7}',
  '{"rows":[1]}',
  '{"rows":null}',
  '{"rows":{"user:1":"7"}}',
  '{"rows":{"user:1":-1}}',
  '{"keys":["user:1"',
])('takes %j for none of ours', (text) => {
  expect(parseCacheMessage(text)).toBeUndefined();
});
