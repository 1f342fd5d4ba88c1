import type { Check } from '../proof.ts';
import type { RoundsSeen } from './rounds.ts';
import type { Stored } from './stored.ts';

/** What the senders were told, and what became of it. */
export interface SeriesSeen {
  readonly told: RoundsSeen;
  readonly stored: Stored;
}

interface Seen {
  readonly out: SeriesSeen;
  /** Opted in again. */
  readonly back: SeriesSeen;
  /** Where wishes are read on the replica, and deliveries look at nothing again. */
  readonly control: SeriesSeen;
}

export function checksOf({ out, back, control }: Seen, mailsBack: number): readonly Check[] {
  const through = ({ told }: SeriesSeen) => told.sends - told.refused;
  const unsuppressed = out.told.sends - (out.stored.statuses['SUPPRESSED'] ?? 0);
  const { SENT: sent = 0 } = back.stored.statuses;
  return [
    {
      what: 'sends behind an opt-out that were not refused for it, through the other gateway',
      found: `${through(out)} of ${out.told.sends}`,
      must: '0',
      holds: through(out) === 0 && out.told.sends > 0,
      control: {
        found: `${control.told.promised} of ${control.told.sends} promised, by what the replica had`,
        fails: control.told.promised > 0,
      },
    },
    {
      what: 'of them stored as anything but SUPPRESSED, or with a job',
      found: `${unsuppressed}, ${out.stored.jobs}`,
      must: '0, 0',
      holds: unsuppressed === 0 && out.stored.jobs === 0,
    },
    {
      what: 'e-mails of them at the mail server',
      found: String(out.stored.mails),
      must: '0',
      holds: out.stored.mails === 0,
      control: {
        found: `${control.stored.mails} where the delivery does not look again either`,
        fails: control.stored.mails > 0,
      },
    },
    {
      what: 'sends behind an opt-in that went out, through the other gateway',
      found: `${sent} of ${back.told.sends}`,
      must: String(back.told.sends),
      holds: sent === back.told.sends && back.told.promised === sent && sent > 0,
    },
    {
      what: 'e-mails of them at the mail server',
      found: String(back.stored.mails),
      must: String(mailsBack),
      holds: back.stored.mails === mailsBack,
    },
  ];
}
