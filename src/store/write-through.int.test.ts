import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { zeroLsn } from '../clock/lsn.ts';
import {
  entryOf,
  notePolicy,
  openAccounts,
  pay,
  readWith,
  storeOf,
  type Gateway,
} from '../testing/accounts.ts';

let accounts: Awaited<ReturnType<typeof openAccounts>>;
beforeAll(async () => {
  accounts = await openAccounts();
});
afterEach(() => accounts.closeGateways());
afterAll(() => accounts.drop());

describe('a row that is written through', () => {
  const readNote = readWith(notePolicy);
  const write = (gateway: Gateway, id: string) =>
    storeOf(gateway).write(async (tx, changed) => {
      changed.to(notePolicy, id, await pay(tx, id));
    });

  it('is in Redis when the write is answered, and no gateway loads it', async () => {
    const id = await accounts.openRow();
    const [writing, reading] = [await accounts.openGateway(), await accounts.openGateway()];
    await readNote(reading, id);
    await write(writing, id);
    expect((await entryOf(writing, notePolicy))[0]).toBe('V');
    const never = () => Promise.reject(new Error('loaded'));
    expect((await storeOf(reading).cached(notePolicy, never).load(id))?.cents).toBe(99);
  });

  it('is only fenced where Redis had none', async () => {
    const id = await accounts.openRow();
    const gateway = await accounts.openGateway();
    await write(gateway, id);
    expect((await entryOf(gateway, notePolicy))[0]).toBe('T');
    expect(await readNote(gateway, id)).toBe(99);
  });

  it('is never older than the last answer, with writers on two gateways at once', async () => {
    const id = await accounts.openRow();
    // Else a read may share one that the other gateway has begun before the answer, and the bus has not ended yet.
    const readAfterAnswers = readWith(notePolicy, { lsn: zeroLsn, skipCopiesUntil: Infinity });
    const gateways = [await accounts.openGateway(), await accounts.openGateway()] as const;
    let paid = 0;
    const payAndRead = async (gateway: Gateway) => {
      for (let times = 0; times < 20; times++) {
        await write(gateway, id);
        paid += 1;
        const atLeast = paid;
        const seen = await readAfterAnswers(gateways[times % 2 === 0 ? 0 : 1], id);
        expect(seen).toBeLessThanOrEqual(100 - atLeast);
      }
    };
    await Promise.all([...gateways, ...gateways].map(payAndRead));
    expect(await readNote(gateways[0], id)).toBe(20);
  });
});
