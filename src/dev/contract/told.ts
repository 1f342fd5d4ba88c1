import type { Change } from './change.ts';
import type { Members } from './members.ts';

/** What went on the day that the release had named. */
export const tellRemoved = (gone: ReadonlySet<string>): readonly Change[] =>
  [...gone].map((coordinate) => ({
    class: 'safe',
    kind: 'REMOVED_AS_ANNOUNCED',
    text: `${coordinate} has gone, as announced.`,
  }));

/** New types, and new fields of what was there. New inputs and enum values are no news to graphql-js. */
export const tellAdditions = (released: Members, present: Members): readonly Change[] =>
  [...present.values()]
    .filter(({ coordinate, parent, kind }) => {
      if (released.has(coordinate)) return false;
      return kind === 'type' || (kind === 'field' && parent !== undefined && released.has(parent));
    })
    .map(({ coordinate }) => ({ class: 'safe', kind: 'ADDED', text: `${coordinate} is new.` }));

/**
 * Other types, in the words of graphql-js: those that it has not said are those that ask for less or promise more. Of
 * arguments and input fields that is null where there was none, of fields a value where there was null.
 */
export const tellRelaxed = (released: Members, present: Members): readonly Change[] =>
  [...released.values()].flatMap(({ coordinate, type, kind }): readonly Change[] => {
    const [before, after] = [String(type), String(present.get(coordinate)?.type ?? type)];
    if (before === after) return [];
    const [, field = '', argument = ''] = /^(.+)\((.+):\)$/.exec(coordinate) ?? [];
    const text =
      kind === 'argument'
        ? `${field} arg ${argument} has changed type from ${before} to ${after}.`
        : `${coordinate} changed type from ${before} to ${after}.`;
    return [{ class: 'safe', kind: 'RELAXED', text }];
  });
