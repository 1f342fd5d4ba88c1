import { seededRandom } from '../../../clock/random.ts';
import type { ProofContext } from '../proof.ts';
import { createZipf, scattered } from '../targets/zipf.ts';
import { readFigures, since } from './figures.ts';
import type { Generator } from './generator.ts';
import type { Load } from './load.ts';
import { connections } from './race.ts';

/** The same requests twice: first nothing is cached, then what they have left behind. */
export interface OverTheTable {
  readonly first: Pass;
  readonly second: Pass;
}

export interface Pass {
  readonly load: Load;
  /** Of a hundred that were looked for, by where they were found. */
  readonly percent: { readonly l1: number; readonly redis: number; readonly source: number };
}

interface Needs {
  readonly gatewayUrl: string;
  readonly generator: Generator;
  readonly codes: readonly string[];
}

export async function overTheTable(
  { options, step, seed }: Pick<ProofContext<'requests'>, 'options' | 'step' | 'seed'>,
  { gatewayUrl, generator, codes }: Needs,
): Promise<OverTheTable> {
  const { requests } = options;
  const random = seededRandom(seed);
  const zipf = createZipf(codes.length);
  const paths = Array.from({ length: requests }, () => codes[scattered(zipf(random), codes.length, 0)] ?? '');

  async function pass(): Promise<Pass> {
    const before = await readFigures(gatewayUrl);
    const port = Number(new URL(gatewayUrl).port);
    const load = await generator.run({ port, connections, paths, requests });
    const { found } = since(await readFigures(gatewayUrl), before);
    const [l1 = 0, redis = 0, source = 0] = ['l1', 'redis', 'source'].map((tier) => found[tier]);
    const percent = (part: number) => Math.round((1_000 * part) / (l1 + redis + source)) / 10;
    return { load, percent: { l1: percent(l1), redis: percent(redis), source: percent(source) } };
  }

  const first = await step(`${requests} requests, nothing cached`, pass);
  const second = await step(`${requests} requests again`, pass);
  return { first, second };
}
