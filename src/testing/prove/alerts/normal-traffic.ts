import { pause } from '../stage.ts';
import type { Scene } from './scene.ts';
import { changeProduct, inTurn, readProduct, startTraffic, visit, type Traffic } from './traffic.ts';

const products = 20;
/** Few: windows that are made shorter are shorter than counts take to be written, and must see nothing grow. */
const links = 3;

/** A little of everything, most of it of what is in the caches. */
export function startNormalTraffic({ gateway: { url }, stage, codes }: Scene, admin: string): Traffic {
  const product = inTurn(stage.productIds.slice(0, products));
  const code = inTurn(codes.slice(-links));
  return startTraffic({
    ...{ clients: 2, pauseMs: 25 },
    async ask(count) {
      if (count % 50 === 0) await changeProduct(url, product(), admin);
      await readProduct(url, product());
      if (count % 5 === 0) await visit(url, code());
    },
  });
}

export async function useNormally(scene: Scene, admin: string, seconds: number): Promise<void> {
  const traffic = startNormalTraffic(scene, admin);
  await pause(seconds * 1_000);
  await traffic.stop();
}
