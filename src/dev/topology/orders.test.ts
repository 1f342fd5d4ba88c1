import { expect, it } from 'vitest';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { createOrders } from './orders.ts';

function open({ primaryRuns = true } = {}) {
  const told: string[] = [];
  const gateway = (name: string): GatewayProcess => ({
    name,
    address: '127.0.0.1:1',
    url: 'http://127.0.0.1:1',
    pid: () => 1,
    start: () => Promise.resolve(void told.push(`start ${name}`)),
    stop: () => Promise.resolve(void told.push(`stop ${name}`)).then(() => undefined),
    kill: () => Promise.resolve(),
  });
  const primary = { name: 'Postgres primary', pid: () => 17, isRunning: () => primaryRuns };
  const orders = createOrders({
    gateways: [gateway('one')],
    stack: { primary: primary as PostgresServer, replicas: [] } as never,
  });
  return { orders, told };
}

it('restarts gateways when told to', async () => {
  const { orders, told } = open();
  expect(await orders.take(' restart ')).toBe('All gateways were restarted.');
  expect(told).toEqual(['stop one', 'start one']);
});

it('promotes nobody beside a primary that runs', async () => {
  expect(await open().orders.take('promote')).toBe('The primary runs: kill 17 first.');
});

it('says what went wrong, and takes the next order', async () => {
  const { orders } = open({ primaryRuns: false });
  expect(await orders.take('promote')).toBe('No replica runs that could be promoted.');
  expect(await orders.take('restart')).toBe('All gateways were restarted.');
});

it('tells what there is to whoever asks for something else', async () => {
  const { orders } = open();
  expect(await orders.take('help')).toBe('There is: restart, promote.');
  expect(await orders.take('')).toBe('');
});
