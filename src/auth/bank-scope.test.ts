import { describe, expect, it } from 'vitest';
import { askedOnce, type BankScope } from './bank-scope.ts';

function countedScope() {
  const open = new Set<string>();
  const asked: string[] = [];
  const scope: BankScope = {
    open: (sessionId) => Promise.resolve(void open.add(sessionId)),
    use(sessionId) {
      asked.push(sessionId);
      return Promise.resolve(open.has(sessionId));
    },
    endOf: () => Promise.resolve(undefined),
  };
  return { scope, asked };
}

describe('the BANK scope within one request', () => {
  it('is asked for once, however many fields want to know at once or later', async () => {
    const { scope, asked } = countedScope();
    await scope.open('mine');
    const once = askedOnce(scope);
    expect(await Promise.all(Array.from({ length: 50 }, () => once.use('mine')))).not.toContain(false);
    expect(await once.use('mine')).toBe(true);
    expect(asked).toEqual(['mine']);
  });

  it('is that of each session', async () => {
    const { scope } = countedScope();
    await scope.open('mine');
    const once = askedOnce(scope);
    expect([await once.use('mine'), await once.use('another')]).toEqual([true, false]);
  });

  it('is found open by what follows a stepUp in the same request', async () => {
    const { scope, asked } = countedScope();
    const once = askedOnce(scope);
    expect(await once.use('mine')).toBe(false);
    await once.open('mine');
    expect(await once.use('mine')).toBe(true);
    expect(asked).toEqual(['mine', 'mine']);
  });

  it('is asked for anew by the next request', async () => {
    const { scope, asked } = countedScope();
    for (let request = 0; request < 3; request += 1) await askedOnce(scope).use('mine');
    expect(asked).toHaveLength(3);
  });
});
