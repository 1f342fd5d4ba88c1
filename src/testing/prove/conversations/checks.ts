import { spreadOf } from '../measures.ts';
import type { Check } from '../proof.ts';
import type { Removals } from './removals.ts';
import type { Run } from './run.ts';
import { isExact, nothing, type Tally } from './tally.ts';

export interface Runs {
  readonly calm: Run;
  readonly killed: Run;
  /** With a kill too: a client that resumes from now on, one that resumes as at first, authors who forget their ids. */
  readonly forgetful: Run;
  /** Over a bus that loses, doubles and delays; its control believes the notices. */
  readonly unheard: Run;
}

const told = ({ lost, doubled, late, strange }: Tally) =>
  `${lost}, ${doubled}, ${late}${strange === 0 ? '' : `, ${strange} of nowhere`}`;

const found = ({ sound }: Run) => `${told(sound)} of ${sound.received}`;

export function inOrder({ calm, killed, forgetful, unheard }: Runs): readonly Check[] {
  const [fromNow = nothing, asAtFirst = nothing] = forgetful.controls;
  const [alone = nothing] = unheard.controls;
  const exact = (what: string, run: Run) => ({
    what,
    found: found(run),
    must: '0, 0, 0',
    holds: isExact(run.sound) && run.sound.received > 0,
  });
  return [
    exact('messages lost, doubled and late, two gateways and four clients', calm),
    {
      ...exact('the same, one gateway killed', killed),
      control: {
        found: `${fromNow.lost} lost without the last id, ${asAtFirst.doubled} doubled with the first`,
        fails: fromNow.lost > 0 && asAtFirst.doubled > 0,
      },
    },
    {
      ...exact('the same, of 20 notices one each lost, doubled and delayed', unheard),
      control: {
        found: `${told(alone)} of ${alone.received} by notices alone`,
        fails: alone.lost > 0 && alone.doubled > 0 && alone.late > 0,
      },
    },
    {
      what: 'streams that went on elsewhere after the kill',
      found: String(killed.resumptions),
      must: `≥ ${killed.streamsAtSecond}`,
      holds: killed.resumptions >= killed.streamsAtSecond,
    },
  ];
}

export function onceStored({ calm, killed, forgetful }: Runs): readonly Check[] {
  const vanished = calm.vanished + killed.vanished;
  const twice = calm.storedTwice + killed.storedTwice;
  return [
    {
      what: 'messages acknowledged and not in Postgres',
      found: `${vanished} of ${calm.acknowledged + killed.acknowledged}`,
      must: '0',
      holds: vanished === 0,
    },
    {
      // Without any, the kill has not hit the gap that it was to hit.
      what: 'messages stored by the killed gateway, which had told nobody',
      found: `${killed.unanswered}, and ${killed.repeats} sent again`,
      must: '> 0',
      holds: killed.unanswered > 0 && killed.repeats >= killed.unanswered,
    },
    {
      what: 'messages stored twice',
      found: String(twice),
      must: '0',
      holds: twice === 0,
      control: {
        found: `${forgetful.storedTwice} sent again under another id`,
        fails: forgetful.storedTwice > 0,
      },
    },
  ];
}

export function removed(seen: Removals, untold: Removals, boundMs: number): readonly Check[] {
  const { p50, max } = spreadOf(seen.endedAfterMs);
  const stillOpen = untold.endedAfterMs.filter((ms) => ms > boundMs).length;
  return [
    {
      what: 'time until the stream of who was removed has ended, at most',
      found: `${max} ms (p50 ${p50}) of ${seen.rounds}`,
      must: `≤ ${boundMs} ms`,
      holds: max <= boundMs,
      control: {
        found: `${stillOpen} of ${untold.rounds} go on where nobody is told`,
        fails: stillOpen === untold.rounds,
      },
    },
    {
      what: 'reads by who was removed, at once and through another gateway',
      found: `${seen.readAfter}, and ${seen.readBefore} just before`,
      must: `0, and ${seen.rounds}`,
      holds: seen.readAfter === 0 && seen.readBefore === seen.rounds,
      control: {
        found: `${untold.readAfter} of ${untold.rounds} where nobody is told`,
        fails: untold.readAfter > 0,
      },
    },
    {
      what: 'messages sent after the removal that still came',
      found: String(seen.heardAfter),
      must: '0',
      holds: seen.heardAfter === 0,
    },
  ];
}
