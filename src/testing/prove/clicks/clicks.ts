import type { Check, Proof } from '../proof.ts';
import { startGenerator } from '../redirects/generator.ts';
import { seedLinks } from '../redirects/seeded-links.ts';
import { startStage } from '../stage.ts';
import { countClicks, type Counted } from './run.ts';

type Option = 'requests' | 'links' | 'alive';

/** Of the requests, for each of the controls, which tell the same with fewer. */
const controlShare = 0.2;

/** What a killed gateway loses of the clicks, and that none is ever counted twice. */
export const clicks: Proof<Option> = {
  name: 'clicks',
  about: 'Clicks through two gateways, one of them killed: none is counted twice, and hardly any is lost.',
  takes: '1 min',
  options: {
    requests: { about: 'redirects through both', fallback: 100_000 },
    links: { about: 'that are followed in turn', fallback: 500 },
    alive: { about: 'ms at most, and a quarter at least, after which one is killed', fallback: 4_000 },
  },
  async run(context) {
    const { options, step } = context;
    const stage = await startStage(context, { products: 1 });
    const { codes } = await step(`${options.links} links`, () => seedLinks(stage, options.links));
    const generators = await step('Two clients', () =>
      Promise.all([startGenerator(context), startGenerator(context)]),
    );
    const scene = { stage, codes, generators };
    const few = Math.ceil(options.requests * controlShare);

    const counted = await step('Every batch applied twice', () =>
      countClicks(context, { ...scene, requests: options.requests, name: 'repeating' }),
    );
    const renamed = await step('The same under another id', () =>
      countClicks(context, { ...scene, requests: few, name: 'renaming', env: { RENAMED: 'true' } }),
    );
    const late = await step('Handed over at the end alone', () =>
      countClicks(context, { ...scene, requests: few, name: 'late', env: { LATE: 'true' } }),
    );
    return {
      checks: [fewLost(counted, late), noneTwice(counted, renamed), allThatCame(counted, renamed)],
      figures: { counted, renamed, late },
    };
  },
};

const lostOf = ({ answered, counted }: Counted): number => answered - counted;

function fewLost(run: Counted, late: Counted): Check {
  const told = (which: Counted) => `${lostOf(which)} of ${which.byKilled} by the gateway that was killed`;
  return {
    what: `Clicks lost, of ${run.answered}`,
    found: told(run),
    must: `≤ ${run.lately}: what it answered since its last batch but one had come to Redis`,
    holds: lostOf(run) <= run.lately,
    control: {
      found: `${told(late)}, which had handed over nothing`,
      // As a share: the one or the other may have met a machine that was busier.
      fails: lostOf(late) * run.byKilled > run.lately * late.byKilled,
    },
  };
}

/** What was asked for and not answered any more may have been counted. */
function noneTwice(run: Counted, renamed: Counted): Check {
  const most = ({ answered, unanswered }: Counted) => answered + unanswered;
  return {
    what: 'Clicks in Postgres, each batch applied twice',
    found: String(run.counted),
    must: `≤ ${run.answered} answered and ${run.unanswered} under way`,
    holds: run.counted <= most(run),
    control: {
      found: `${renamed.counted} of ${renamed.answered} where the second has an id of its own`,
      fails: renamed.counted > most(renamed),
    },
  };
}

function allThatCame(run: Counted, renamed: Counted): Check {
  return {
    what: 'Of those that came to Redis, in Postgres',
    found: `${run.counted} of ${run.reached}`,
    must: 'all, once',
    holds: run.counted === run.reached,
    control: {
      found: `${renamed.counted} of ${renamed.reached}`,
      fails: renamed.counted !== renamed.reached,
    },
  };
}
