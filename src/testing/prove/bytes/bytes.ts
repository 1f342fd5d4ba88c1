import { postJson } from '../../post-json.ts';
import type { Compared } from '../overhead/rounds.ts';
import { compare } from '../overhead/rounds.ts';
import type { Job, Sent } from '../overhead/waves.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { startClient } from '../redirects/generator.ts';
import { startStage } from '../stage.ts';
import { startServers, type Servers } from './servers.ts';
import { requestsFor, type Asked } from './requests.ts';

type Option = 'pairs' | 'requests' | 'connections' | 'percent';

/** What an answer costs that is given again, beside one that is made and beside none at all. */
export const bytes: Proof<Option> = {
  name: 'bytes',
  about:
    'What a kept answer takes of a processor, against a bare server of the same bytes and against making it.',
  takes: '3 to 6 min',
  options: {
    pairs: { about: 'of rounds, one to each of two servers', fallback: 30 },
    requests: { about: 'in one round', fallback: 2_000 },
    connections: { about: 'that ask at once', fallback: 32 },
    percent: { about: 'of what a bare server takes, at most', fallback: 300 },
  },
  async run(context) {
    const stage = await startStage(context, { products: 20 });
    const requests = requestsFor(stage.productIds);
    const client = await startClient<Job, Sent>(context, 'src/testing/prove/overhead/waves.ts');
    const measured: Measured[] = [];
    for (const request of requests) {
      const servers = await context.step(`${request.what}: servers`, () =>
        startServers(context, stage, request),
      );
      measured.push(await measure(context, client, servers, request));
    }
    const { percent } = context.options;
    return {
      checks: [...measured.flatMap((one) => checksOf(one, percent)), answered(measured)],
      figures: { ...context.options, ...Object.fromEntries(measured.map((one) => [one.request.name, one])) },
    };
  },
};

interface Measured {
  readonly request: Pick<Asked, 'what' | 'name'>;
  readonly answerBytes: number;
  readonly againstBare: Compared;
  readonly madeAgainstBare: Compared;
  readonly limited: Compared;
  /** Answers that the gateway has given again, of all that it was asked. */
  readonly again: number;
}

async function measure(
  context: ProofContext<Option>,
  client: Parameters<typeof compare>[1]['client'],
  servers: Servers,
  request: Asked,
): Promise<Measured> {
  const { pairs, connections } = context.options;
  const against = (what: string, url: string, times = pairs) =>
    compare(context, {
      ...{ client, url, edgelessUrl: servers.bare, request, what: `${request.what}: ${what}` },
      ...{ pairs: times, connections },
    });
  const few = Math.ceil(pairs / 3);
  const madeAgainstBare = await against('made', servers.made, few);
  const limited = await against('kept, and a point taken', servers.limited, few);
  const againstBare = await against('kept', servers.kept);
  return {
    ...{ request: { what: request.what, name: request.name }, answerBytes: servers.answerBytes },
    ...{ againstBare, madeAgainstBare, limited, again: await shareAgain(servers.kept, request) },
  };
}

async function shareAgain(url: string, request: Asked): Promise<number> {
  await postJson(`${url}/graphql`, JSON.parse(request.body));
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  const count = (outcome: string) =>
    Number(
      new RegExp(`^gateway_kept_answers_total\\{outcome="${outcome}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0,
    );
  return count('hit') / (count('hit') + count('miss'));
}

function checksOf(measured: Measured, percent: number): readonly Check[] {
  const { request, againstBare, madeAgainstBare, limited, answerBytes, again } = measured;
  return [
    {
      what: `processor time of a kept answer, of a bare server’s: ${request.what} (${answerBytes} bytes)`,
      found: told(againstBare),
      must: `≤ ${(percent / 100).toFixed(2)}`,
      holds: againstBare.ratio <= percent / 100,
      control: {
        found: `${told(madeAgainstBare)} where each is made`,
        fails: madeAgainstBare.ratio > percent / 100,
      },
    },
    {
      what: 'the same, where a point is taken in Redis for each',
      found: told(limited),
      must: 'not judged: Redis is asked for the point, which takes longer than all else',
      holds: true,
    },
    { what: 'of them given again', found: again.toFixed(4), must: '> 0.99', holds: again > 0.99 },
  ];
}

const told = ({ ratio, micros, edgelessMicros }: Compared) =>
  `${ratio.toFixed(2)}: ${micros} of ${edgelessMicros} µs`;

function answered(all: readonly Measured[]): Check {
  const each = all.flatMap((one) => [one.againstBare, one.madeAgainstBare, one.limited]);
  const failed = each.reduce((sum, { failed: count }) => sum + count, 0);
  return { what: 'requests without a good answer', found: String(failed), must: '0', holds: failed === 0 };
}
