import { judge } from './gate.ts';
import { readContract } from './present.ts';

/** `npm run check:contract` */
const { passes, lines } = judge(readContract());
for (const line of lines) console.log(line);
if (!passes) {
  console.error(
    'The contract must not change like this. To accept a change, list its sentence in schema/releases/accepted-changes.json: since (the release), change, reason, decidedOn, decidedBy.',
  );
  process.exitCode = 1;
}
