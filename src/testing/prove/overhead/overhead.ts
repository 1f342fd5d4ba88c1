import { postJson } from '../../post-json.ts';
import { spreadOf } from '../measures.ts';
import type { Check, Proof, ProofContext } from '../proof.ts';
import { startClient, type Client } from '../redirects/generator.ts';
import { signIn, startStage, type Stage } from '../stage.ts';
import { startGateways, type Gateways } from './gateways.ts';
import { requestsFor, type Request } from './requests.ts';
import { compare, type Compared } from './rounds.ts';
import type { Job, Sent } from './waves.ts';

type Option = 'starts' | 'pairs' | 'requests' | 'connections' | 'percent';

/** What it costs to be safe, where next to nothing is asked for. */
export const overhead: Proof<Option> = {
  name: 'overhead',
  about: 'What the whole edge takes of a processor for a cheap query, against a gateway without it.',
  takes: '4 to 10 min',
  options: {
    starts: { about: 'of all gateways: what one takes differs by a tenth from start to start', fallback: 7 },
    pairs: { about: 'of rounds for each start, one to each of two gateways', fallback: 12 },
    requests: { about: 'in one round', fallback: 1_000 },
    connections: { about: 'that ask at once', fallback: 32 },
    percent: { about: 'of what it would take without the edge, at most', fallback: 110 },
  },
  async run(context) {
    const { starts, percent } = context.options;
    const stage = await startStage(context, { products: 1 });
    const client = await context.step('A client', () =>
      startClient<Job, Sent>(context, 'src/testing/prove/overhead/waves.ts'),
    );
    const measured: Measured[] = [];
    for (let start = 1; start <= starts; start += 1)
      measured.push(await measureOnce(context, { stage, client, which: `${start} of ${starts}` }));

    const { signedIn, anonymous, bare } = requestsFor('', '');
    const of = (name: keyof Measured['compared']) => measured.map(({ compared }) => compared[name]);
    const [mine, careless] = [overall(of('signedIn')), overall(of('careless'))];
    return {
      checks: [
        are(measured.map(({ found }) => found)),
        {
          ...atMost(signedIn.what, mine, percent),
          control: {
            found: `${told(careless)} where each document is looked at anew`,
            fails: careless.ratio > percent / 100,
          },
        },
        atMost(anonymous.what, overall(of('anonymous')), percent),
        unjudged(bare.what, overall(of('bare'))),
        unjudged('that one after the other, on one connection', overall(of('alone'))),
        answered(measured.flatMap(({ compared }) => Object.values(compared))),
      ],
      figures: { ...context.options, starts: measured.map(({ compared }) => compared) },
    };
  },
};

interface Measured {
  readonly compared: Readonly<Record<'anonymous' | 'bare' | 'alone' | 'signedIn' | 'careless', Compared>>;
  /** What each gateway does with what the edge is there for. */
  readonly found: string;
}

interface Needs {
  readonly stage: Stage;
  readonly client: Client<Job, Sent>;
  /** Which start it is, for the one who waits. */
  readonly which: string;
}

async function measureOnce(
  context: ProofContext<Option>,
  { stage, client, which }: Needs,
): Promise<Measured> {
  const { pairs, connections } = context.options;
  const texts = Object.values(requestsFor('', '')).map(({ text }) => text);
  const gateways = await context.step(`Gateways, start ${which}`, () => startGateways(context, stage, texts));
  const requests = requestsFor(await signIn(gateways.whole, 'alice'), stage.productIds[0] ?? '');
  const measure = (
    request: Request,
    { what = request.what, url = gateways.whole, times = pairs, at = connections } = {},
  ) =>
    compare(context, {
      ...{ client, url, edgelessUrl: gateways.edgeless, request, what },
      ...{ pairs: times, connections: at },
    });
  const few = Math.ceil(pairs / 4);

  // What is judged most strictly comes last, when all that they share is compiled.
  const anonymous = await measure(requests.anonymous);
  const bare = await measure(requests.bare, { times: few });
  const alone = await measure(requests.bare, { times: few, at: 1 });
  const signedIn = await measure(requests.signedIn);
  const what = 'the same, of an edge that remembers nothing';
  const careless = await measure(requests.signedIn, { what, url: gateways.careless, times: few });
  const found = await findEdges(gateways);
  await gateways.stop();
  return { compared: { anonymous, bare, alone, signedIn, careless }, found };
}

/** Medians over the starts. */
function overall(all: readonly Compared[]): Compared & { readonly ratios: readonly number[] } {
  const median = (name: keyof Compared) => spreadOf(all.map((each) => each[name])).p50;
  const ratios = all.map(({ ratio }) => ratio).toSorted((one, other) => one - other);
  const [micros, edgelessMicros] = [median('micros'), median('edgelessMicros')];
  return { micros, edgelessMicros, ratio: median('ratio'), failed: median('failed'), ratios };
}

const told = ({ ratio, ratios, micros, edgelessMicros }: ReturnType<typeof overall>) =>
  `${ratio.toFixed(2)} (${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)} by start): ${micros} of ${edgelessMicros} µs`;

const atMost = (what: string, compared: ReturnType<typeof overall>, percent: number): Check => ({
  what: `processor time with the edge, of that without: ${what}`,
  found: told(compared),
  must: `≤ ${(percent / 100).toFixed(2)}`,
  holds: compared.ratio <= percent / 100,
});

/** The worst case: but for the edge there is only HTTP, and a point is taken in Redis, where a write alone takes 30 µs. */
const unjudged = (what: string, compared: ReturnType<typeof overall>): Check => ({
  what: `the same: ${what}`,
  found: told(compared),
  must: 'not judged: it asks Redis for its point, and nobody for anything else',
  holds: true,
});

async function findEdges({ whole, edgeless, careless }: Gateways): Promise<string> {
  const aliases = Array.from({ length: 31 }, (_, index) => `a${index}: __typename`).join(' ');
  const ask = async (url: string) => {
    const cheap = await postJson(`${url}/graphql`, { query: '{ __typename }' });
    const wide = await postJson(`${url}/graphql`, { query: `{ ${aliases} }` });
    return `${JSON.stringify(cheap.body).includes('"cost"') ? 'priced' : 'free'}, ${wide.status}`;
  };
  return (await Promise.all([whole, careless, edgeless].map(ask))).join('; ');
}

const expected = 'priced, 400; priced, 400; free, 200';

/** One that was compared with itself would be found to cost nothing. */
const are = (found: readonly string[]): Check => ({
  what: 'an answer and a refusal with the edge, with a careless one, without',
  found: [...new Set(found)].join(' / '),
  must: expected,
  holds: found.length > 0 && found.every((each) => each === expected),
});

function answered(all: readonly Compared[]): Check {
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  return { what: 'requests without a good answer', found: String(failed), must: '0', holds: failed === 0 };
}
