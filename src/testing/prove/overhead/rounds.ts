import { readFigures } from '../redirects/figures.ts';
import { requestFor } from '../redirects/connection.ts';
import type { Client } from '../redirects/generator.ts';
import { rounded, spreadOf } from '../measures.ts';
import { inSteps, type ProofContext } from '../proof.ts';
import type { Request } from './requests.ts';
import type { Job, Sent } from './waves.ts';

/** What two gateways take for the same requests. */
export interface Compared {
  /** Microseconds of a processor for one request, medians over the rounds. */
  readonly micros: number;
  readonly edgelessMicros: number;
  /** Median of those of rounds that lie side by side. */
  readonly ratio: number;
  /** Answers that were not 200, and what was not answered. */
  readonly failed: number;
}

interface Needs {
  readonly client: Client<Job, Sent>;
  readonly url: string;
  readonly edgelessUrl: string;
  readonly request: Request;
  /** What is compared, for the one who waits. */
  readonly what: string;
  readonly pairs: number;
  readonly connections: number;
}

const warmUpPairs = 8;

/**
 * The same request again and again, to either gateway in turn. Processor time, not how long it takes, since others may run on
 * the machine; in short rounds, two side by side in either order, so that what slows the machine slows both.
 */
export async function compare(
  context: Pick<ProofContext<'requests'>, 'options' | 'step' | 'signal'>,
  { client, url, edgelessUrl, request, what, pairs, connections }: Needs,
): Promise<Compared> {
  const { requests } = context.options;
  const text = requestFor('graphql', request.headers, request.body);
  let failed = 0;

  async function microsOf(gateway: string): Promise<number> {
    const before = await readFigures(gateway);
    const { answers, refused } = await client.run({
      ...{ port: Number(new URL(gateway).port), text, connections },
      waves: Math.ceil(requests / connections),
    });
    failed += refused;
    const after = await readFigures(gateway);
    return ((after.cpuSeconds - before.cpuSeconds) * 1e6) / answers;
  }

  async function pair(isFirst: boolean): Promise<readonly [micros: number, edgelessMicros: number]> {
    const earlier = isFirst ? await microsOf(url) : undefined;
    const edgelessMicros = await microsOf(edgelessUrl);
    return [earlier ?? (await microsOf(url)), edgelessMicros];
  }

  await context.step(`${what}: warm-up`, async () => {
    for (let round = 0; round < Math.min(warmUpPairs, pairs); round += 1) await pair(true);
  });
  const measured: (readonly [number, number])[] = [];
  await inSteps(context, `${what}: pair`, pairs, async (index) => {
    measured.push(await pair(index % 2 === 0));
  });
  return {
    micros: rounded(spreadOf(measured.map(([micros]) => micros)).p50),
    edgelessMicros: rounded(spreadOf(measured.map(([, micros]) => micros)).p50),
    ratio: spreadOf(measured.map(([micros, edgelessMicros]) => micros / edgelessMicros)).p50,
    failed,
  };
}
