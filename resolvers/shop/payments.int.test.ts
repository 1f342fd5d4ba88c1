import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booksInOrder, createBankDesk, euros, type Bank, type Customer } from '../../src/testing/bank.ts';
import type { Gateway } from '../../src/testing/gateway.ts';
import { createTill, type Till } from '../../src/testing/till.ts';
import { createWorld, type World } from '../../src/testing/world.ts';

let world: World;
let second: Gateway;
let till: Till;
let bank: Bank;
let keys = 0;
beforeAll(async () => {
  world = await createWorld();
  second = await world.anotherGateway();
  till = createTill(world);
  bank = createBankDesk(world);
});
afterAll(() => world.close());

const newKey = () => `key ${(keys += 1)}`;

/** With one kettle of 19.99 EUR in the cart. */
async function customerWith(amountMinor: bigint, currencyCode = 'EUR') {
  const customer = await bank.customer(amountMinor, currencyCode);
  const productId = await world.product();
  await till.fillCart(customer, { [productId]: 1 });
  return { customer, productId };
}

const pay = (customer: Customer, payFromAccountId = customer.accountId, idempotencyKey = newKey()) =>
  till.checkOut(customer, { idempotencyKey, payFromAccountId });

describe('a check-out that is paid', () => {
  it('makes a paid order, and the money is gone at once on every gateway', async () => {
    const { customer } = await customerWith(5_000n);
    for (const gateway of [world.gateway, second])
      expect(await bank.balance(customer, customer.accountId, gateway)).toBe('50.00');
    const { data, errors } = await pay(customer);
    expect(errors).toEqual([]);
    expect(data?.checkOut.order).toMatchObject({ status: 'PAID', total: { amount: '19.99' } });
    for (const gateway of [world.gateway, second])
      expect(await bank.balance(customer, customer.accountId, gateway)).toBe('30.01');
    expect(await bank.audit()).toEqual(booksInOrder);
  });

  it('is one transaction of eleven statements', async () => {
    const { customer, productId } = await customerWith(10_000n);
    await pay(customer);
    await till.fillCart(customer, { [productId]: 1 });
    const { counts } = await world.gateway.counting(() => pay(customer));
    // The nine of any check-out; the lock of the account; the movement.
    expect(counts.postgres).toEqual({ primary: 11 });
  });

  it('shows its payment, down to the transaction in the bank', async () => {
    const { customer } = await customerWith(5_000n);
    await pay(customer);
    const document = `{ viewer { orders { nodes {
      payment { amount { amount currencyCode } paidAt transaction { kind amount { amount } balanceAfter { amount } note } }
    } } } }`;
    const { data, errors } = await customer.query(document);
    expect(errors).toEqual([]);
    const payment = {
      amount: { amount: '19.99', currencyCode: 'EUR' },
      paidAt: expect.any(String) as string,
      transaction: {
        ...{ kind: 'PAYMENT', note: 'Kettle' },
        ...{ amount: { amount: '-19.99' }, balanceAfter: { amount: '30.01' } },
      },
    };
    expect(data).toEqual({ viewer: { orders: { nodes: [{ payment }] } } });
    // A new session, which has not been asked for the password again.
    const { data: signedIn } = await world.signIn(customer.username, customer.password);
    const later = await world.gateway.query(document, { token: signedIn?.signIn.token ?? '' });
    expect(later.errors.map(({ extensions }) => extensions.code)).toEqual(['STEP_UP_REQUIRED']);
    expect(later.data).toEqual({
      viewer: { orders: { nodes: [{ payment: { ...payment, transaction: null } }] } },
    });
  });
});

describe('a check-out that cannot be paid', () => {
  it.each([
    ['more than the account holds', 'INSUFFICIENT_FUNDS', () => customerWith(1_998n)],
    ['in another currency', 'CURRENCY_MISMATCH', () => customerWith(5_000n, 'CHF')],
  ])('because it is %s is refused with %s, and nothing has changed', async (_what, code, arrange) => {
    const { customer, productId } = await arrange();
    const before = await bank.balance(customer, customer.accountId);
    const key = newKey();
    const first = await pay(customer, customer.accountId, key);
    expect(first.data?.checkOut).toMatchObject({
      order: null,
      userErrors: [{ code, field: ['input', 'payFromAccountId'] }],
    });
    expect(await till.stock(productId)).toBe(25);
    expect(await till.cart(customer)).toEqual({ [productId]: 1 });
    expect(await bank.balance(customer, customer.accountId)).toBe(before);
    await bank.deposit(customer.accountId, 10_000n);
    expect((await pay(customer, customer.accountId, key)).data).toEqual(first.data);
  });

  it('because the account is another’s is refused as if there were none', async () => {
    const [{ customer }, { customer: other }] = [await customerWith(5_000n), await customerWith(5_000n)];
    const { data } = await pay(customer, other.accountId);
    expect(data?.checkOut.userErrors).toMatchObject([{ code: 'UNKNOWN_ACCOUNT' }]);
    expect(await bank.balance(other, other.accountId)).toBe('50.00');
  });

  it('because too few are left takes no money', async () => {
    const { customer, productId } = await customerWith(100_000n);
    await till.fillCart(customer, { [productId]: 26 });
    const { data } = await pay(customer);
    expect(data?.checkOut.userErrors).toMatchObject([{ code: 'OUT_OF_STOCK' }]);
    expect(await bank.balance(customer, customer.accountId)).toBe('1000.00');
  });
});

it('payments and transfers that cross keep the books in order, and no balance goes below zero', async () => {
  const people = await Promise.all([customerWith(6_000n), customerWith(6_000n), customerWith(6_000n)]);
  const at = (index: number) => (people[index % people.length] ?? people[0]).customer;
  const gateways = [world.gateway, second];
  await Promise.all(
    Array.from({ length: 18 }, async (_, index) => {
      const [who, to] = [at(index), at(index + 1)];
      if (index % 3 === 0) return pay(who);
      const input = { fromAccountId: who.accountId, toAccountId: to.accountId, amount: euros('25.00') };
      return bank.transfer(who, input, gateways[index % 2]);
    }),
  );
  expect(await bank.audit()).toEqual(booksInOrder);
});
