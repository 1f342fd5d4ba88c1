import { startChildGateway } from '../child-gateway.ts';
import type { Proof, ProofContext } from '../proof.ts';
import { startStage, type Stage } from '../stage.ts';
import { startBare } from '../start-bare.ts';
import { startGenerator } from './generator.ts';
import { fastEnough, fewErrors, fromCache, inTime, manyEnough } from './judgement.ts';
import { race } from './race.ts';
import { location, seedLinks } from './seeded-links.ts';
import { overTheTable } from './table.ts';

type Option = 'links' | 'requests' | 'rounds' | 'ms';

/** `GET /{code}` of one process, with whoever asks on the same machine. */
export const redirects: Proof<Option> = {
  name: 'redirects',
  about: 'Short links of one process against a server that does nothing else, and over a table of many.',
  takes: '3 to 8 min',
  options: {
    links: { about: 'in the table, followed by Zipf’s law', fallback: 1_000_000 },
    requests: { about: 'over the table, sent twice', fallback: 300_000 },
    rounds: { about: 'of each server in turn', fallback: 7 },
    ms: { about: 'of one round', fallback: 3_000 },
  },
  async run(context) {
    const { options, step } = context;
    const stage = await startStage(context, { products: 1 });
    const { codes } = await step(`${options.links} links`, () => seedLinks(stage, options.links));
    const [bareUrl, gatewayUrl, generator] = await step('A bare server, a gateway, a client', () =>
      Promise.all([
        startBare(context, stage, 'bare', redirect),
        startGateway(context, stage),
        startGenerator(context),
      ]),
    );
    const raced = await race(context, { bareUrl, gatewayUrl, generator, codes });
    const table = await overTheTable(context, { gatewayUrl, generator, codes });
    return {
      checks: [
        fastEnough(raced),
        manyEnough(table, raced),
        inTime(table),
        fromCache(table),
        fewErrors(raced, table),
      ],
      figures: { raced, table },
    };
  },
};

const redirect = { status: 302, headers: [['location', location]], body: '' } as const;

/** All that a gateway is, in one process. */
const startGateway = (context: ProofContext<Option>, stage: Stage) =>
  startChildGateway(context, stage, {
    name: 'gateway',
    // Else it does not say how much of a processor it uses. A machine that is busy is no outage.
    env: { NODE_ENV: 'production', ROLES: 'http,worker', REDIS_DEADLINE_MS: '5000', POOL_WAIT_MS: '5000' },
  });
