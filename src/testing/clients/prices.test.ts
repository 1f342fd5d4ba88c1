import { expect, it } from 'vitest';
import { readConfig } from '../../config/config.ts';
import { createSchema } from '../../graphql/schema.ts';
import { gatewayEnvironment } from '../gateway.ts';
import { pricesOfClients, type Price } from './prices.ts';

const prices = pricesOfClients(createSchema());
const servers = { primaryUrl: 'postgres://db/any', replicaUrls: [], redisUrl: 'redis://cache' };
/** What tests switch off, as it is by default. */
const byDefault = new Set(['RATE_LIMIT', 'MAX_COST']);
const environment = Object.entries(gatewayEnvironment({ servers })).filter(([name]) => !byDefault.has(name));
const { RATE_LIMIT: limit, MAX_COST: maxCost } = readConfig(Object.fromEntries(environment));

const priceOf = (name: string): Price => {
  const found = prices.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

/** Within one minute, one after the other: those that are refused, and the points that are left. */
function takeInTurn(names: readonly string[]) {
  let left = limit;
  const refused: string[] = [];
  for (const { name, estimate, usual } of names.map(priceOf)) {
    if (estimate > Math.min(left, maxCost)) refused.push(name);
    left -= estimate > left ? 1 : usual;
  }
  return { refused, left };
}

const times = (count: number, ...names: string[]) => Array.from({ length: count }, () => names).flat();

it('no client asks for what may not be executed', () => {
  for (const { name, estimate } of prices) expect(estimate, name).toBeLessThanOrEqual(maxCost);
});

it('nothing comes to more than was taken for it', () => {
  for (const { name, estimate, usual } of prices) expect(usual, name).toBeLessThanOrEqual(estimate);
});

it('who clicks through the shop every two seconds is not refused', () => {
  const clicks = [
    ...['Home', 'NotificationCentre', 'MarkNotificationsRead', 'Heartbeat'],
    ...times(4, 'Search', 'Product', 'Results', 'Product', 'AddToCart'),
    ...['Cart', 'SetCartQuantity', 'CheckOut', 'Orders', 'Orders with products', 'Accounts'],
  ];
  expect(clicks).toHaveLength(30);
  expect(takeInTurn(clicks).refused).toEqual([]);
});

it('who chats as fast as one can type is not refused', () => {
  const said = times(12, 'SetTyping', 'SendMessage', 'MarkChatRead');
  expect(takeInTurn(['Home', 'Chats', 'Chat', ...said, 'Chats', 'Chat']).refused).toEqual([]);
});

it('who takes all that there is, and writes whatever can be written, is', () => {
  const orders = takeInTurn(times(100, 'Orders with products'));
  expect(orders.refused.length).toBeGreaterThan(50);
  for (const name of ['MobileAddToCart', 'SendMessage', 'CreateShortLink', 'SignIn', 'StockReport'])
    expect(100 - takeInTurn(times(100, name)).refused.length, name).toBeLessThanOrEqual(50);
});
