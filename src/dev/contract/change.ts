/**
 * What a change means to clients that were built against the release.
 * - `breaking`: an operation that was valid is not any more, or an answer can be what its client was told it cannot.
 * - `dangerous`: everything is still valid, and may mean something else or bring what no client has heard of.
 * - `safe`: nobody notices who does not look.
 */
export type ChangeClass = 'breaking' | 'dangerous' | 'safe';

export interface Change {
  readonly class: ChangeClass;
  readonly kind: string;
  /** One sentence, the same for the same change: what an accepted change is known by. */
  readonly text: string;
}

const gravity: Readonly<Record<ChangeClass, number>> = { breaking: 2, dangerous: 1, safe: 0 };

/** The gravest of some changes; `safe` where there is none. */
export function gravest(changes: readonly Change[]): ChangeClass {
  return changes
    .map((change) => change.class)
    .reduce<ChangeClass>((worst, one) => (gravity[one] > gravity[worst] ? one : worst), 'safe');
}

export const byGravity = (one: Change, other: Change): number => gravity[other.class] - gravity[one.class];

const announce =
  'Put it back with @deprecated(reason: "… until YYYY-MM-DD") and release that; it may go once the day has come.';
const besides = 'Keep it as it was, and add the new one beside it under another name.';
const date = 'Say why, what to use instead, and until when: @deprecated(reason: "… until YYYY-MM-DD").';

const remedies: Readonly<Record<string, string>> = {
  FIELD_REMOVED: announce,
  ARG_REMOVED: announce,
  VALUE_REMOVED_FROM_ENUM: announce,
  TYPE_REMOVED: 'Put it back, and deprecate the fields that lead to it, until a day.',
  FIELD_CHANGED_KIND: besides,
  ARG_CHANGED_KIND: besides,
  TYPE_CHANGED_KIND: besides,
  REQUIRED_ARG_ADDED: 'Let it be left out: make it nullable, or give it a default.',
  REQUIRED_INPUT_FIELD_ADDED: 'Let it be left out: make it nullable, or give it a default.',
  DEFAULT_REMOVED_FROM_REQUIRED: 'Put the default back: whoever leaves it out is refused now.',
  DEFAULT_REMOVED: 'Put the default back, or accept that leaving it out means something else.',
  DEFAULT_CHANGED: 'Put the default back, or accept that leaving it out means something else.',
  DEFAULT_ADDED: 'Leave the default out, or accept that leaving it out means something else.',
  VALUE_ADDED_TO_ENUM:
    'Ask whether clients know what to do with a value that is new to them; then accept it.',
  TYPE_ADDED_TO_UNION: 'Ask whether clients know what to do with a type that is new to them; then accept it.',
  DEPRECATED_WITHOUT_DATE: date,
  DEPRECATED_WITHOUT_NOTICE: 'Give clients time: a day that is still to come.',
  REMOVAL_BROUGHT_FORWARD: 'Keep to the day that was released, or a later one.',
};

const acceptIt = 'Take it back, or accept it.';

/** What to do about a change that is not safe, in a sentence. */
export const remedyOf = ({ kind }: Change): string => remedies[kind] ?? acceptIt;
