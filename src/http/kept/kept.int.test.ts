import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { toGlobalId } from '../../../schema/global-id.ts';
import { allProtections } from '../../cache/settings.ts';
import { patience, startBackstop } from '../../testing/backstop.ts';
import { onServer } from '../../testing/database.ts';
import { quiet, type Gateway } from '../../testing/gateway.ts';
import { againIn, bodyOf, post, untilKept } from '../../testing/kept/asking.ts';
import { createWorld, type Person, type World } from '../../testing/world.ts';

let world: World;
let gateway: Gateway;
let admin: Person;
beforeAll(async () => {
  world = await createWorld();
  gateway = world.gateway;
  admin = await world.somebody('ADMIN');
});
afterAll(() => world.close());

const priceBody = (id: string) =>
  bodyOf('query Price($id: ID!) { product(id: $id) { name price { amount } } }', { id });
const newProduct = async () => toGlobalId('Product', await world.product());
const change = (id: string, amount: string, on = gateway) =>
  on.query(
    'mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }',
    {
      variables: { input: { id, price: { amount, currencyCode: 'EUR' } } },
      token: admin.token,
    },
  );

const restock = (id: string, on = gateway) =>
  on.query(
    'mutation ($input: RestockProductInput!) { restockProduct(input: $input) { userErrors { code } } }',
    { variables: { input: { id, quantity: 1 } }, token: admin.token },
  );

describe('an answer that is made of entries alone', () => {
  it('is given again, byte by byte, with the headers of the one that was made', async () => {
    const body = priceBody(await newProduct());
    const made = await post(gateway, body);
    const again = await untilKept(gateway, () => post(gateway, body));
    expect(again.text).toBe(made.text);
    const headersOf = ({ headers }: typeof made) =>
      [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
    expect(headersOf(again)).toEqual(headersOf(made));
    expect(again.headers.get('x-request-id')).not.toBe(made.headers.get('x-request-id'));
  });

  it('is given again from the second time on, though Postgres had to be asked for the first', async () => {
    const body = priceBody(await newProduct());
    const { counts } = await gateway.counting(() => post(gateway, body));
    expect(Object.keys(counts.postgres)).not.toEqual([]);
    expect(await againIn(gateway, () => post(gateway, body))).toBe(1);
  });

  it('is given to whoever asks, signed in or not', async () => {
    const body = priceBody(await newProduct());
    await untilKept(gateway, () => post(gateway, body));
    const { token } = await world.somebody();
    expect(await againIn(gateway, () => post(gateway, body, { token }))).toBe(1);
  });

  it('is asked of nobody', async () => {
    const silent = await world.anotherGateway(quiet);
    const body = bodyOf('query Somebody($id: ID!) { user(id: $id) { username } }', { id: admin.id });
    await untilKept(silent, () => post(silent, body));
    const { counts } = await silent.counting(() => post(silent, body));
    expect(counts).toEqual({ redis: {}, postgres: {} });
  });
});

describe('a write', () => {
  it('is seen at once by whoever asks the writer’s gateway', async () => {
    const id = await newProduct();
    const body = priceBody(id);
    for (const amount of ['1.00', '2.00', '3.00']) {
      await untilKept(gateway, () => post(gateway, body));
      await change(id, amount);
      expect((await post(gateway, body)).text).toContain(`"${amount}"`);
    }
  });

  it('is seen through other gateways as soon as the bus has told of it, and at once by who wrote', async () => {
    const second = await world.anotherGateway();
    const id = await newProduct();
    const body = priceBody(id);
    await untilKept(second, () => post(second, body));
    await change(id, '4.00');
    expect((await post(second, body, { token: admin.token })).text).toContain('"4.00"');
    await vi.waitFor(async () => expect((await post(second, body)).text).toContain('"4.00"'));
  });

  it('is not seen where nothing is given up with its entries: the control', async () => {
    const careless = await world.anotherGateway({
      overrides: { protections: { ...allProtections, seals: false } },
    });
    const id = await newProduct();
    const body = priceBody(id);
    await untilKept(careless, () => post(careless, body));
    await change(id, '5.00', careless);
    expect((await post(careless, body)).text).toContain('"19.99"');
  });
});

describe('a write past the gateways', () => {
  it('is seen when the log has told of it', async () => {
    const id = await world.product();
    const body = priceBody(toGlobalId('Product', id));
    const { primaryUrl } = world.database;
    const backstop = await startBackstop({ app: world.app, primaryUrl, redisUrl: inject('redisUrl') });
    await backstop.follows();
    await untilKept(gateway, () => post(gateway, body));
    await onServer(primaryUrl, 'UPDATE products SET price_minor = 777 WHERE id = $1', [id]);
    await vi.waitFor(async () => expect((await post(gateway, body)).text).toContain('"7.77"'), patience);
  });
});

/** The stock in answers that are asked for at once after each change, through the gateway that did not make it. */
async function stocksSeen(options: Parameters<World['anotherGateway']>[0]) {
  const pair = [await world.anotherGateway(options), await world.anotherGateway(options)] as const;
  const id = await newProduct();
  const body = bodyOf('query Stock($id: ID!) { product(id: $id) { name inventory { stock } } }', { id });
  const seen: (string | undefined)[] = [];
  for (let round = 0; round < 8; round += 1) {
    const [writer, reader] = round % 2 === 0 ? pair : ([pair[1], pair[0]] as const);
    await untilKept(reader, () => post(reader, body));
    const crowd = Array.from({ length: 10 }, () => post(reader, body));
    await restock(id, writer);
    seen.push(/"stock":(\d+)/.exec((await post(reader, body)).text)?.[1]);
    await Promise.all(crowd);
  }
  return seen;
}

describe('what Redis alone holds, changed again and again,', () => {
  it('is never old through any gateway once the change is answered', async () => {
    expect(await stocksSeen({})).toEqual(Array.from({ length: 8 }, (_, round) => String(26 + round)));
  });

  it('is, where kept answers are not asked for it: the control', async () => {
    const careless = { overrides: { protections: { ...allProtections, seals: false } } };
    const seen = await stocksSeen(careless);
    expect(seen.filter((stock, round) => stock !== String(26 + round)).length).toBeGreaterThan(4);
  });
});

describe('what Redis alone holds', () => {
  const stockBody = (id: string) =>
    bodyOf('query Stock($id: ID!) { product(id: $id) { description inventory { stock } } }', { id });

  it('is asked for in one round trip, and an answer is given again where it is the same', async () => {
    const silent = await world.anotherGateway(quiet);
    const body = stockBody(await newProduct());
    await untilKept(silent, () => post(silent, body));
    const { counts } = await silent.counting(() => post(silent, body));
    // One more for the look that is counted, behind the answer.
    expect(counts).toEqual({ redis: { both: 2 }, postgres: {} });
  });

  it('is seen at once through every gateway when it was written', async () => {
    const second = await world.anotherGateway();
    const id = await newProduct();
    const body = stockBody(id);
    await untilKept(second, () => post(second, body));
    await restock(id);
    expect((await post(second, body)).text).toContain('"stock":26');
  });
});

describe('what is not kept', () => {
  const never = async (body: string, token?: string) => {
    for (let time = 0; time < 3; time += 1) {
      await gateway.app.idle();
      await post(gateway, body, { token });
    }
    return againIn(gateway, () => post(gateway, body, { token }));
  };

  it.each([
    ['a list that is selected anew each time', '{ viewer { chats(first: 2) { nodes { id } } } }'],
    ['what is live', '{ viewer { presence { isOnline } } }'],
    ['what a scope is asked for', '{ viewer { orders { nodes { id } } } }'],
    ['an error', '{ product(id: "nonsense") { name } }'],
    ['the schema’s description', '{ __schema { queryType { name } } }'],
    ['a price list of what one has left', '{ rateLimit { cost } }'],
  ])('is %s', async (_, query) => {
    // Who has written lately is given nothing that is kept, for a while.
    expect(await never(bodyOf(query), (await world.somebody()).token)).toBe(0);
  });

  it('would be, if it were of another kind: the control', async () => {
    expect(await never(bodyOf('{ viewer { username } }'), (await world.somebody()).token)).toBe(1);
  });
});
