import type { DocumentNode } from 'graphql';
import { remedyOf, type Change } from './change.ts';
import { compareSchemas } from './compare.ts';
import type { AcceptedChange, Release } from './releases.ts';

/** What there is to be judged; releases the oldest first, `today` in ISO 8601. */
export interface Contract {
  readonly releases: readonly Release[];
  readonly present: DocumentNode;
  readonly accepted: readonly AcceptedChange[];
  readonly today: string;
}

export interface Verdict {
  /** Whether the present contract may be merged, and released. */
  readonly passes: boolean;
  /** For people: one line for each change, its class first, and one for each accepted change that is none. */
  readonly lines: readonly string[];
}

/**
 * The present contract against the last release: what is not safe must have been accepted, and what was accepted must have
 * happened. What was accepted since earlier releases is history, and not looked at; a release that there is not, is refused.
 */
export function judge({ releases, present, accepted, today }: Contract): Verdict {
  const last = releases.at(-1);
  if (last === undefined) return { passes: false, lines: ['There is no release yet to compare with.'] };
  const since = accepted.filter((entry) => entry.since === last.version);
  const changes = compareSchemas(last.document, present, today);
  const acceptanceOf = ({ text }: Change) => since.find(({ change }) => change === text);
  const refused = changes.filter((change) => change.class !== 'safe' && acceptanceOf(change) === undefined);
  const unfounded = [
    ...accepted.filter((entry) => releases.every(({ version }) => version !== entry.since)),
    ...since.filter(({ change }) => changes.every((each) => each.text !== change || each.class === 'safe')),
  ];
  return {
    passes: refused.length === 0 && unfounded.length === 0,
    lines: [
      ...changes.map((change) => lineOf(change, acceptanceOf(change))),
      ...unfounded.map(
        ({ since: release, change }) =>
          `unfounded  ${change} Accepted since ${release}, but there is no such change: take the entry out.`,
      ),
    ],
  };
}

function lineOf(change: Change, acceptance: AcceptedChange | undefined): string {
  const head = `${change.class.padEnd(9)}  ${change.text}`;
  if (change.class === 'safe') return head;
  if (acceptance === undefined) return `${head} ${remedyOf(change)}`;
  const { reason, decidedBy, decidedOn } = acceptance;
  return `${head} Accepted by ${decidedBy} on ${decidedOn}: ${reason}`;
}
