import { isDeepStrictEqual } from 'node:util';
import { isNonNullType } from 'graphql';
import type { Change } from './change.ts';
import type { Member, Members } from './members.ts';

/** What leaving an argument or an input field out means now, where it was there before. */
export function compareDefaults(released: Members, present: Members): readonly Change[] {
  return [...released.values()].flatMap((was) => {
    const is = present.get(was.coordinate);
    const change = is === undefined ? undefined : compareDefault(was, is);
    return change === undefined ? [] : [change];
  });
}

export function compareDefault(was: Member, is: Member): Change | undefined {
  const { coordinate } = was;
  if (isDeepStrictEqual(was.defaultValue, is.defaultValue)) return undefined;
  if (is.defaultValue === undefined)
    return isNonNullType(is.type)
      ? {
          class: 'breaking',
          kind: 'DEFAULT_REMOVED_FROM_REQUIRED',
          text: `${coordinate} is required and has lost its default.`,
        }
      : { class: 'dangerous', kind: 'DEFAULT_REMOVED', text: `${coordinate} has lost its default.` };
  if (was.defaultValue !== undefined)
    return { class: 'dangerous', kind: 'DEFAULT_CHANGED', text: `${coordinate} has another default.` };
  return isNonNullType(was.type)
    ? { class: 'safe', kind: 'DEFAULT_ADDED', text: `${coordinate} may be left out now.` }
    : { class: 'dangerous', kind: 'DEFAULT_ADDED', text: `${coordinate} has got a default.` };
}
