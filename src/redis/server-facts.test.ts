import { expect, it } from 'vitest';
import { findRefusals } from './refusals.ts';
import { readFacts } from './server-facts.ts';
import { RedisUnavailable } from './unavailable.ts';

const server = '# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\n';
const master = '# Replication\r\nrole:master\r\n';

it('knows a server by its run id, also where it may not be asked for it', () => {
  expect(readFacts(['PONG', server, master])).toEqual({ runId: 'abc' });
  const forbidden = new Error('NOPERM this user has no permissions');
  expect(readFacts(['PONG', forbidden, forbidden, 'cluster_state:ok\r\n'])).toEqual({ runId: undefined });
});

it.each([
  ['loads its data', [new Error('LOADING Redis is loading'), server, master]],
  ['wants a password', [new Error('NOAUTH Authentication required.'), server, master]],
  ['is a replica', ['PONG', server, '# Replication\r\nrole:slave\r\n']],
  ['is cut off from its cluster', ['PONG', server, master, 'cluster_state:fail\r\n']],
])('refuses a server that %s', (_, replies) => {
  expect(() => readFacts(replies)).toThrow(RedisUnavailable);
});

it('tells refusals of the server and of the place of a key from refusals of a command', () => {
  const wrongType = new Error('WRONGTYPE Operation against a key');
  expect(findRefusals(['x', wrongType])).toEqual({
    replies: ['x', wrongType],
    ofServer: undefined,
    ofKey: undefined,
  });
  const found = findRefusals(['x', new Error('MOVED 1 h:1'), wrongType, new Error('CLUSTERDOWN Hash slot')]);
  expect(found).toMatchObject({ ofServer: 'CLUSTERDOWN Hash slot', ofKey: 'MOVED 1 h:1' });
  expect(found.replies.map((reply) => reply instanceof RedisUnavailable)).toEqual([false, true, false, true]);
});
