import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { judge, type Contract } from './gate.ts';
import { readContract, readPresentSdl } from './present.ts';

const contract = readContract();

describe("this project's contract", () => {
  it('passes the gate', () => {
    expect(judge(contract)).toMatchObject({ passes: true });
  });

  it.each([
    [
      'loses a field',
      '  lastSeenAt: DateTime\n',
      '  seen: DateTime\n',
      'breaking   Presence.lastSeenAt was removed. Put it back with @deprecated',
    ],
    [
      'pages otherwise',
      'first: Int = 20',
      'first: Int = 50',
      'dangerous  Account.transactions(first:) has another default.',
    ],
    [
      'gets a value',
      'enum LoanStatus {',
      'enum LoanStatus {\n  "Late."\n  OVERDUE',
      'dangerous  OVERDUE was added to enum type LoanStatus.',
    ],
  ])('does not, once it %s: the control', (_, from, to, line) => {
    const changed = readPresentSdl().replace(from, to);
    expect(changed).not.toBe(readPresentSdl());
    const { passes, lines } = judge({ ...contract, present: parse(changed) });
    expect(passes).toBe(false);
    expect(lines).toContainEqual(expect.stringContaining(line));
  });
});

describe('the gate', () => {
  const judgeChange = (accepted: Contract['accepted'] = []) =>
    judge({
      releases: [
        { version: '1.0.0', document: parse('type Query { a: Int b: Int }') },
        { version: '1.1.0', document: parse('type Query { a: Int c: Int }') },
      ],
      present: parse('type Query { a: Int d: Int }'),
      accepted,
      today: '2026-11-22',
    });
  const decision = {
    reason: 'Nobody has asked for it.',
    decidedOn: '2026-11-20',
    decidedBy: 'the shop team',
  };
  const accepted = { since: '1.1.0', change: 'Query.c was removed.', ...decision };

  it('looks at the last release, says each change in a line, and what to do', () => {
    expect(judgeChange()).toEqual({
      passes: false,
      lines: [
        expect.stringMatching(/^breaking {3}Query\.c was removed\. Put it back with/),
        'safe       Query.d is new.',
      ],
    });
  });

  it('lets pass what was accepted, and says by whom and why', () => {
    expect(judgeChange([accepted])).toEqual({
      passes: true,
      lines: [
        'breaking   Query.c was removed. Accepted by the shop team on 2026-11-20: Nobody has asked for it.',
        'safe       Query.d is new.',
      ],
    });
  });

  it.each([
    ['has not happened', { change: 'Query.a was removed.' }],
    ['need not be accepted', { change: 'Query.d is new.' }],
    ['was since a release that there is not', { since: '2.0.0' }],
  ])('refuses an acceptance of what %s', (_, wrong) => {
    const { passes, lines } = judgeChange([accepted, { ...accepted, ...wrong }]);
    expect(passes).toBe(false);
    expect(lines.at(-1)).toMatch(/^unfounded {2}/);
  });

  it('leaves what was accepted since earlier releases alone', () => {
    const history = { ...accepted, since: '1.0.0', change: 'Query.b was removed.' };
    expect(judgeChange([history, accepted]).passes).toBe(true);
    expect(judgeChange([{ ...accepted, since: '1.0.0' }]).passes).toBe(false);
  });

  it('passes nothing where there is no release', () => {
    expect(judge({ ...contract, releases: [] }).passes).toBe(false);
  });
});
