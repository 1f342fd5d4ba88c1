import type { Cancel, Clock } from '../../clock/clock.ts';

/** Members that are looked after at regular times. */
export interface Rounds<Member> {
  /** The returned function is called when it has left. */
  add(member: Member): Cancel;
  close(): void;
}

interface Needs<Member> {
  readonly clock: Clock;
  /** Between two visits to the same member. */
  readonly everyMs: number;
  readonly visit: (member: Member) => void;
}

/** A thousand that are found to have stalled at once are then ended fifty at a time, and others need not wait for it. */
const groupCount = 20;

/** Members are spread over groups, which are visited one by one. */
export function createRounds<Member>({ clock, everyMs, visit }: Needs<Member>): Rounds<Member> {
  const groups = Array.from({ length: groupCount }, () => new Set<Member>());
  let added = 0;
  let turn = 0;

  function visitNext(): void {
    for (const member of groups[turn] ?? []) visit(member);
    turn = (turn + 1) % groupCount;
  }

  const close = clock.every(everyMs / groupCount, visitNext);
  return {
    add(member) {
      const group = groups[added % groupCount];
      added += 1;
      group?.add(member);
      return () => group?.delete(member);
    },
    close,
  };
}
