import { describe, expect, it } from 'vitest';
import { readCommand } from './command-line.ts';
import type { Proof } from './proof.ts';

const proof = (name: string, option: string): Proof => ({
  name,
  about: 'Nothing.',
  takes: 'no time',
  options: { [option]: { about: 'things', fallback: 1 } },
  run: () => Promise.resolve({ checks: [], figures: {} }),
});
const proofs = [proof('first', 'rounds'), proof('second', 'seconds')];
const read = (line: string) => readCommand(line.split(' ').filter(Boolean), proofs);

describe('the command line of the proofs', () => {
  it.each(['', '--help', 'first --help'])('lists them for "%s"', (line) => {
    expect(read(line)).toEqual({ kind: 'list' });
  });

  it('takes a proof with its options', () => {
    expect(read('first --json --seed 0 --rounds 40')).toEqual({
      kind: 'run',
      proofs: [proofs[0]],
      isJson: true,
      seed: 0,
      options: { rounds: 40 },
    });
  });

  it('takes all of them', () => {
    expect(read('all --seed 7')).toMatchObject({ kind: 'run', proofs, isJson: false, seed: 7, options: {} });
  });

  it.each([
    ['third', 'There is no proof "third"; there are first, second, all.'],
    ['first --seconds 3', 'first does not take "--seconds"; it takes --json, --seed N, --rounds N.'],
    ['all --rounds 3', 'all does not take "--rounds"; it takes --json, --seed N.'],
    ['first --rounds', '--rounds takes a whole number, not "".'],
    ['first --rounds 0', '--rounds takes a whole number from 1, not "0".'],
    ['first --seed -1', '--seed takes a whole number, not "-1".'],
  ])('refuses "%s"', (line, message) => {
    expect(read(line)).toEqual({ kind: 'fault', message });
  });
});
