import { seededRandom } from '../../../clock/random.ts';
import { createSchema } from '../../../graphql/schema.ts';
import type { Around } from '../../../overrides.ts';
import { transports } from '../cost/sending.ts';
import { inSteps, type Check, type Proof } from '../proof.ts';
import { measure, type Measured } from './measure.ts';
import { openPair, type Done, type Query } from './pair.ts';
import { openPlace } from './place.ts';
import { generateQuery, queriesOfClients } from './queries.ts';
import { withoutConditions } from './wrong.ts';

type Option = 'generated' | 'wrong' | 'pairs' | 'requests';

/** Of those that differ, one line each. */
interface Compared {
  readonly queries: number;
  readonly differences: readonly string[];
  readonly done: Done;
}

/** Compiled code answers what graphql-js answers, and takes less. */
export const compiled: Proof<Option> = {
  name: 'compiled',
  about: 'Queries that are compiled answer as graphql-js does, errors included, for less of a processor.',
  takes: '10 min',
  options: {
    generated: { about: 'generated queries, beside all of the clients', fallback: 3_000 },
    wrong: { about: 'of them sent to a gateway that compiles wrongly, for the control', fallback: 200 },
    pairs: { about: 'of rounds in which the processor is measured; 0 for none', fallback: 40 },
    requests: { about: 'in one round', fallback: 1_000 },
  },
  async run(context) {
    const { generated, wrong, pairs } = context.options;
    const { seeded, open } = await context.step('Servers', () => openPlace(context));
    const schema = createSchema();

    const random = seededRandom(context.seed);
    const generate = (count: number) =>
      Array.from({ length: count }, () => generateQuery(schema, random, seeded));

    async function compare(
      what: string,
      all: readonly Query[],
      graphql?: Around['graphql'],
    ): Promise<Compared> {
      const pair = await openPair(open, graphql);
      const differences: string[] = [];
      await inSteps(context, `Queries ${what}`, all.length, async (index) => {
        const query = all[index];
        if (query === undefined) return;
        const by = transports[index % 10 === 0 ? (index / 10) % transports.length : 0] ?? 'HTTP';
        const differing = await pair.differ(query, by);
        if (differing !== undefined)
          differences.push(`${by}, ${whereDiffer(differing)}, to ${JSON.stringify(query).slice(0, 2_000)}`);
      });
      const done = await pair.done();
      await pair.close();
      return { queries: all.length, differences, done };
    }

    const found = await compare('through both', [...queriesOfClients(seeded), ...generate(generated)]);
    const blind = await compare('with a wrong compiler', generate(wrong), withoutConditions);
    const measured = pairs === 0 ? [] : await measure(context);
    return {
      checks: [alike(found, blind), mostlyCompiled(found), ...measured.map(told)],
      figures: { found, blind: short(blind), measured },
    };
  },
};

const short = ({ queries, differences, done }: Compared) => ({
  ...{ queries, differences: differences.length, done },
});

/** A few words on either side of the first character that differs. */
function whereDiffer([compiled, interpreted]: readonly [string, string]): string {
  let at = 0;
  while (at < compiled.length && compiled[at] === interpreted[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - 120), at + 120);
  return `${around(compiled)} and not ${around(interpreted)}`;
}

function alike({ queries, differences }: Compared, blind: Compared): Check {
  const [first] = differences;
  return {
    what: `answers of compiled code that are not graphql-js’s, of ${queries} queries of clients and generated ones`,
    found: `${differences.length}${first === undefined ? '' : `: ${first}`}`,
    must: '0',
    holds: differences.length === 0,
    control: {
      found: `${blind.differences.length} of ${blind.queries} where @skip and @include are not looked at`,
      fails: blind.differences.length > 0,
    },
  };
}

/** One that compiled nothing would answer alike too. */
function mostlyCompiled({ queries, done }: Compared): Check {
  const { operations, refused, givenUp, asItStands, executedAgain } = done;
  return {
    what: 'queries that were compiled (left to graphql-js; given up; answers as they stood; executed again)',
    found: `${operations} (${refused}; ${givenUp}; ${asItStands}; ${executedAgain})`,
    must: `≥ ${Math.floor(queries / 2)}, none given up`,
    holds: operations >= queries / 2 && givenUp === 0,
  };
}

const told = ({ what, micros, interpretedMicros, ratio }: Measured): Check => ({
  what: `processor time, of that without compiling: ${what}`,
  found: `${ratio.toFixed(2)}: ${micros} of ${interpretedMicros} µs`,
  must: 'told',
  holds: true,
});
