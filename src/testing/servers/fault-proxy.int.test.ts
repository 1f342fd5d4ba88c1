import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts';

const ECHO = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.pipe(socket);
});

let proxy: FaultProxy;
let clients: Socket[] = [];

beforeEach(async () => {
  ECHO.listen(0, '127.0.0.1');
  await once(ECHO, 'listening');
  proxy = await createFaultProxy({ targetPort: (ECHO.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  clients = [];
  await proxy.close();
  ECHO.close();
  await once(ECHO, 'close');
});

describe('fault proxy', () => {
  it('passes bytes both ways', async () => {
    const client = await join();
    expect(await ask(client, 'hello')).toBe('hello');
    expect(proxy.connections()).toBe(1);
  });

  it('delays each way and keeps the order', async () => {
    await proxy.setMode({ kind: 'latency', delayMs: 20, jitterMs: 20 });
    const client = await join();
    const startedAt = performance.now();
    client.write('a');
    client.write('b');
    expect(await ask(client, 'c', 3)).toBe('abc');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(38);
  });

  it('delivers what a black hole held once it heals', async () => {
    const client = await join();
    await ask(client, 'before');
    await proxy.setMode({ kind: 'black-hole' });
    const answer = ask(client, 'inside');
    const stranger = await join();
    const strangersAnswer = ask(stranger, 'new');
    expect(await Promise.race([answer, strangersAnswer, silence(30)])).toBe('silence');

    await proxy.setMode({ kind: 'pass' });
    expect(await Promise.all([answer, strangersAnswer])).toEqual(['inside', 'new']);
  });

  it('resets present and new connections', async () => {
    const client = await join();
    await ask(client, 'before');
    const broken = once(client, 'error');
    await proxy.setMode({ kind: 'reset' });
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);

    const next = connect(proxy.port, '127.0.0.1');
    clients.push(next);
    expect(await once(next, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('cuts an answer after so many bytes', async () => {
    await proxy.setMode({ kind: 'cut', afterBytes: 4 });
    const client = await join();
    let received = '';
    client.on('data', (bytes: Buffer) => (received += bytes.toString()));
    client.write('too long');
    await once(client, 'close');
    expect(received).toBe('too ');
  });

  it('lets new connections wait while present ones work', async () => {
    const present = await join();
    await ask(present, 'before');
    await proxy.setMode({ kind: 'pause-accept' });
    const waiting = await join();
    const answer = ask(waiting, 'hello');
    expect(await Promise.race([answer, silence(30)])).toBe('silence');
    expect(await ask(present, 'still here')).toBe('still here');

    await proxy.setMode({ kind: 'pass' });
    expect(await answer).toBe('hello');
  });

  it('refuses new connections while present ones work', async () => {
    const present = await join();
    await ask(present, 'before');
    await proxy.setMode({ kind: 'refuse' });
    const refused = connect(proxy.port, '127.0.0.1');
    expect(await once(refused, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
    expect(await ask(present, 'still here')).toBe('still here');

    await proxy.setMode({ kind: 'pass' });
    expect(await ask(await join(), 'again')).toBe('again');
  });

  it('leads to another server, and nobody stays with the one before', async () => {
    const other = createServer((socket) => socket.on('error', () => undefined).end('other'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const present = await join();
    await ask(present, 'before');
    const broken = once(present, 'error');
    proxy.leadTo((other.address() as AddressInfo).port);
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
    const [answer] = (await once(await join(), 'data')) as [Buffer];
    expect(answer.toString()).toBe('other');
    other.close();
  });

  it('puts itself in the place of the server in an address', () => {
    expect(proxy.through('postgres://postgres@localhost:5432/tributary')).toBe(
      `postgres://postgres@127.0.0.1:${proxy.port}/tributary`,
    );
  });
});

async function join(): Promise<Socket> {
  const client = connect(proxy.port, '127.0.0.1');
  clients.push(client);
  await once(client, 'connect');
  return client;
}

function ask(client: Socket, text: string, length = text.length): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const listen = (bytes: Buffer) => {
      answer += bytes.toString();
      if (answer.length < length) return;
      client.off('data', listen);
      resolve(answer);
    };
    client.on('data', listen).once('error', reject);
    client.write(text);
  });
}

function silence(afterMs: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('silence'), afterMs));
}
