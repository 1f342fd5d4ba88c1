import type { Change } from './change.ts';
import { removalDay, saysWhy } from './deprecation.ts';
import type { Member, Members } from './members.ts';

/** What is said about members that are to go: a deprecation is a promise of how long they stay. */
export function compareDeprecations(released: Members, present: Members, today: string): readonly Change[] {
  return [...present.values()].flatMap((is) => {
    const reason = released.get(is.coordinate)?.deprecationReason ?? undefined;
    const change = compareDeprecation(is, reason, today);
    return change === undefined ? [] : [change];
  });
}

function compareDeprecation(
  { coordinate, deprecationReason }: Member,
  releasedReason: string | undefined,
  today: string,
): Change | undefined {
  const reason = deprecationReason ?? undefined;
  if (reason === releasedReason) return undefined;
  if (reason === undefined)
    return { class: 'safe', kind: 'KEPT_AFTER_ALL', text: `${coordinate} is not deprecated any more.` };
  const day = removalDay(reason);
  if (day === undefined || !saysWhy(reason))
    return {
      class: 'dangerous',
      kind: 'DEPRECATED_WITHOUT_DATE',
      text: `${coordinate} is deprecated without a reason and a day of its removal.`,
    };
  const releasedDay = removalDay(releasedReason);
  if (releasedDay !== undefined && day < releasedDay)
    return {
      class: 'dangerous',
      kind: 'REMOVAL_BROUGHT_FORWARD',
      text: `${coordinate} is to go on ${day}, and was to stay until ${releasedDay}.`,
    };
  if (releasedDay === undefined && day <= today)
    return {
      class: 'dangerous',
      kind: 'DEPRECATED_WITHOUT_NOTICE',
      text: `${coordinate} is deprecated until ${day}, which is past.`,
    };
  return { class: 'safe', kind: 'DEPRECATED', text: `${coordinate} is deprecated until ${day}.` };
}
