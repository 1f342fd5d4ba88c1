import { postJson } from '../../post-json.ts';
import type { Check, Proof } from '../proof.ts';
import { startClient } from '../redirects/generator.ts';
import { signIn, startStage } from '../stage.ts';
import { startGateways, type Gateways } from './gateways.ts';
import { requestsFor, type Request } from './requests.ts';
import { compare, type Compared } from './rounds.ts';
import type { Job, Sent } from './waves.ts';

type Option = 'pairs' | 'requests' | 'connections' | 'percent';

/** What it costs to be safe, where next to nothing is asked for. */
export const overhead: Proof<Option> = {
  name: 'overhead',
  about: 'What the whole edge takes of a processor for a cheap query, against a gateway without it.',
  takes: '3 to 8 min',
  options: {
    pairs: { about: 'of rounds, one to each of two gateways', fallback: 40 },
    requests: { about: 'in one round', fallback: 1_000 },
    connections: { about: 'that ask at once', fallback: 32 },
    percent: { about: 'of what it would take without the edge, at most', fallback: 110 },
  },
  async run(context) {
    const { pairs, connections, percent } = context.options;
    const stage = await startStage(context, { products: 1 });
    const texts = Object.values(requestsFor('', '')).map(({ text }) => text);
    const [client, gateways] = await context.step('Gateways and a client', () =>
      Promise.all([
        startClient<Job, Sent>(context, 'src/testing/prove/overhead/waves.ts'),
        startGateways(context, stage, texts),
      ]),
    );
    const requests = requestsFor(await signIn(gateways.whole, 'alice'), stage.productIds[0] ?? '');
    const measure = (
      request: Request,
      { what = request.what, url = gateways.whole, times = pairs, at = connections } = {},
    ) =>
      compare(context, {
        ...{ client, url, edgelessUrl: gateways.edgeless, request, what },
        ...{ pairs: times, connections: at },
      });

    // What is judged most strictly comes last, when all that they share is compiled.
    const anonymous = await measure(requests.anonymous);
    const bare = await measure(requests.bare);
    const alone = await measure(requests.bare, { times: Math.ceil(pairs / 4), at: 1 });
    const signedIn = await measure(requests.signedIn);
    const careless = await measure(requests.signedIn, {
      ...{ what: 'The same, of an edge that remembers nothing', url: gateways.careless },
      times: Math.ceil(pairs / 4),
    });
    const all = { signedIn, careless, anonymous, bare, alone };
    return {
      checks: [
        await isThere(gateways),
        {
          ...atMost(requests.signedIn.what, signedIn, percent),
          control: {
            found: `${told(careless)} where each document is looked at anew`,
            fails: careless.ratios.p50 > percent / 100,
          },
        },
        atMost(requests.anonymous.what, anonymous, percent),
        unjudged(requests.bare.what, bare),
        unjudged('that one after the other, on one connection', alone),
        answered(Object.values(all)),
      ],
      figures: { ...context.options, ...all },
    };
  },
};

const told = ({ ratios, micros, edgelessMicros }: Compared) =>
  `${ratios.p50.toFixed(2)}: ${micros} of ${edgelessMicros} µs`;

const atMost = (what: string, compared: Compared, percent: number): Check => ({
  what: `processor time with the edge, of that without: ${what}`,
  found: told(compared),
  must: `≤ ${(percent / 100).toFixed(2)}`,
  holds: compared.ratios.p50 <= percent / 100,
});

/** The worst case: but for the edge there is only HTTP, and a point is taken in Redis, where a write alone takes 30 µs. */
const unjudged = (what: string, compared: Compared): Check => ({
  what: `the same: ${what}`,
  found: told(compared),
  must: 'not judged: it asks Redis for its point, and nobody for anything else',
  holds: true,
});

/** One that was compared with itself would be found to cost nothing. */
async function isThere({ whole, edgeless, careless }: Gateways): Promise<Check> {
  const aliases = Array.from({ length: 31 }, (_, index) => `a${index}: __typename`).join(' ');
  const ask = async (url: string) => {
    const cheap = await postJson(`${url}/graphql`, { query: '{ __typename }' });
    const wide = await postJson(`${url}/graphql`, { query: `{ ${aliases} }` });
    return `${JSON.stringify(cheap.body).includes('"cost"') ? 'priced' : 'free'}, ${wide.status}`;
  };
  const found = await Promise.all([whole, careless, edgeless].map(ask));
  return {
    what: 'an answer and a refusal with the edge, with a careless one, without',
    found: found.join('; '),
    must: 'priced, 400; priced, 400; free, 200',
    holds: found.join('; ') === 'priced, 400; priced, 400; free, 200',
  };
}

function answered(all: readonly Compared[]): Check {
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  return { what: 'requests without a good answer', found: String(failed), must: '0', holds: failed === 0 };
}
