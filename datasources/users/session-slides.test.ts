import { beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/log/log.ts';
import type { Store } from '../../src/store/store.ts';
import { createFakeClock, type FakeClock } from '../../src/testing/fake-clock.ts';
import { createSessionSlides, type SessionSlides } from './session-slides.ts';
import { shopLifetimeMs, type Session } from './sessions.ts';

const minuteMs = 60_000;
let clock: FakeClock;
let slides: SessionSlides;
let writes: number;
let failing: boolean;

beforeEach(() => {
  clock = createFakeClock();
  writes = 0;
  failing = false;
  const store = {
    write() {
      writes += 1;
      return failing ? Promise.reject(new Error('no database')) : Promise.resolve(undefined);
    },
  } as unknown as Store;
  slides = createSessionSlides({ openStore: () => store, clock, log: createLog({ level: 'silent' }) });
});

const session = (id: string, shopEndsInMs: number): Session => ({
  id,
  userId: '1',
  role: 'USER',
  createdAt: new Date(clock.now()),
  chatExpiresAt: new Date(clock.now() + 7 * 24 * 60 * minuteMs),
  shopExpiresAt: new Date(clock.now() + shopEndsInMs),
});

describe('using a session', () => {
  it('costs no write at once, and one for all sessions a few seconds later', async () => {
    for (let id = 1; id <= 100; id += 1) slides.touch(session(String(id), 10 * minuteMs));
    expect(writes).toBe(0);
    await clock.advance(5_000);
    expect(writes).toBe(1);
  });

  it('is not worth a write within a minute of the last extension', async () => {
    slides.touch(session('1', shopLifetimeMs - minuteMs + 1));
    await clock.advance(5_000);
    expect(writes).toBe(0);
  });

  it('does not revive a scope that has ended', async () => {
    slides.touch(session('1', 0));
    await clock.advance(5_000);
    expect(writes).toBe(0);
  });

  it('is written for the last time when the gateway stops', async () => {
    slides.touch(session('1', minuteMs));
    await slides.close();
    expect(writes).toBe(1);
    await clock.advance(60_000);
    expect(writes).toBe(1);
  });

  it('survives a database that is away', async () => {
    failing = true;
    slides.touch(session('1', minuteMs));
    await clock.advance(5_000);
    failing = false;
    slides.touch(session('1', minuteMs));
    await clock.advance(5_000);
    expect(writes).toBe(2);
  });
});
