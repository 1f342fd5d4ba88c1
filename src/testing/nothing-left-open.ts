import { afterAll, expect } from 'vitest';

/** Sockets and servers keep a process alive; what a file opens, it closes. */
const kinds = new Set(['TCPSocketWrap', 'TCPServerWrap', 'TCPConnectWrap', 'ProcessWrap']);
const patienceMs = 2_000;

// Of all hooks at the end of a file this one, being registered first, runs last.
afterAll(async () => {
  const left = () => process.getActiveResourcesInfo().filter((kind) => kinds.has(kind));
  const giveUpAt = performance.now() + patienceMs;
  while (left().length > 0 && performance.now() < giveUpAt)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(left(), 'sockets, servers or processes that this file has left open').toEqual([]);
});
