import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createTalk } from '../../testing/chats/talk.ts';
import { createFaultProxy } from '../../testing/servers/fault-proxy.ts';
import { createWorld } from '../../testing/world.ts';
import { loadExample } from './page-example.ts';

interface Example {
  readonly follow: (
    url: string,
    token: string,
    chatId: string,
    show: (message: { readonly text: string }) => void,
  ) => Promise<void>;
}

it(
  'the example of the page on live streams misses nothing and shows nothing twice',
  { timeout: 60_000 },
  async () => {
    // Browsers have it, and Node from 22 on.
    vi.stubGlobal('WebSocket', WebSocket);
    const { follow } = await loadExample<Example>('docs/live.md');
    const world = await createWorld();
    onTestFinished(() => world.close());
    const talk = createTalk(world);
    const [sender, reader] = [await world.somebody(), await world.somebody()];
    const chatId = await talk.group(sender, 'Example', [reader]);
    const proxy = await createFaultProxy({ targetPort: Number(new URL(world.gateway.url).port) });
    onTestFinished(() => proxy.close());

    const shown: string[] = [];
    const { href: url } = new URL('/graphql', `ws://127.0.0.1:${proxy.port}`);
    const followed = follow(url, reader.token, chatId, ({ text }) => shown.push(text));
    const expected: string[] = [];
    const send = async (text: string) => {
      await talk.send(sender, chatId, text);
      expected.push(text);
    };
    // It has subscribed once the first is heard.
    await vi.waitFor(
      async () => {
        await talk.send(sender, chatId, 'is anybody there?');
        expect(shown.length).toBeGreaterThan(0);
      },
      { timeout: 20_000, interval: 200 },
    );
    await send('marker');
    await vi.waitFor(() => expect(shown).toContain('marker'), { timeout: 20_000 });
    shown.length = expected.length = 0;

    for (let round = 0; round < 3; round += 1) {
      await send(`connected ${round}`);
      proxy.resetConnections();
      await send(`away ${round}`);
    }
    await vi.waitFor(() => expect(shown.length).toBeGreaterThanOrEqual(expected.length), { timeout: 20_000 });
    expect(shown).toEqual(expected);

    await talk.remove(sender, chatId, reader);
    await followed;
  },
);
