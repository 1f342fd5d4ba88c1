import type { Check, Control } from '../proof.ts';
import type { Seen } from './devices.ts';

/** What two devices made of one cart. */
export interface Outcome {
  /** In the serial result. */
  readonly lines: number;
  /** That differ from it, in whichever view has the most: each gateway’s, Postgres’. */
  readonly wrong: number;
  readonly items: { readonly wanted: number; readonly found: readonly number[] };
  readonly seen: Seen;
}

interface Outcomes {
  readonly found: Outcome;
  readonly flushed: Outcome;
  /** Reads, changes, writes back. */
  readonly control: Outcome;
  /** Has the cart in Redis alone. */
  readonly flushedControl: Outcome;
}

export function checksOf(
  { found, flushed, control, flushedControl }: Outcomes,
  flushes: number,
): readonly Check[] {
  return [
    asSerially('lines that differ from the serial result', found, asSerialControl(control)),
    {
      what: 'answers and looks in which an acknowledged edit was missing',
      found: forgottenOf(found),
      must: '0',
      holds: found.seen.forgotten === 0,
      control: { found: forgottenOf(control), fails: control.seen.forgotten > 0 },
    },
    {
      what: 'edits that came between two of the other device',
      found: `${found.seen.turns} of ${found.seen.answered}`,
      must: 'a fifth at least',
      holds: found.seen.turns * 5 >= found.seen.answered,
    },
    asSerially(
      `lines that differ where Redis was emptied ${flushes} times meanwhile`,
      flushed,
      asSerialControl(flushedControl),
    ),
  ];
}

const asSerially = (what: string, outcome: Outcome, control: Control): Check => ({
  what,
  found: wrongOf(outcome),
  must: '0',
  holds: outcome.wrong === 0 && outcome.lines > 0,
  control,
});

const asSerialControl = (outcome: Outcome): Control => ({
  found: wrongOf(outcome),
  fails: outcome.wrong > 0,
});

const wrongOf = ({ wrong, lines, items }: Outcome): string =>
  `${wrong} of ${lines}, ${items.found.join(' / ')} items of ${items.wanted}`;

const forgottenOf = ({ seen: { forgotten, answered, looks } }: Outcome): string =>
  `${forgotten} of ${answered + looks}`;
