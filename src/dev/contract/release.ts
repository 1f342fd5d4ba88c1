import path from 'node:path';
import { judge } from './gate.ts';
import { readContract, readPresentSdl, releasesFolder } from './present.ts';
import { addRelease } from './releases.ts';

/** `npm run release:schema -- <version>`: keeps the present contract, from then on what clients may rely on. */
const contract = readContract();
const { passes, lines } = judge(contract);
for (const line of lines) console.log(line);
try {
  // The first has nothing before it that it could break.
  if (!passes && contract.releases.length > 0) throw new Error('the gate refuses it');
  const file = addRelease(releasesFolder, process.argv[2] ?? '', readPresentSdl());
  console.log(`Released as ${path.relative(process.cwd(), file)}`);
} catch (error) {
  console.error(`Not released: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
