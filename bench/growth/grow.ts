import { writeFile } from 'node:fs/promises';
import { formatTable } from '../../src/testing/prove/table.ts';
import type { GrowthOptions } from '../command-line.ts';
import { inSession, type Surroundings } from '../session.ts';
import { measureGrowth, type Growth } from './growth.ts';
import { writeGrowth } from './page.ts';
import { dimensions, pointsOf, workloadsOf } from './points.ts';
import { fullGrowth, quickGrowth, type GrowthScale } from './scale.ts';
import { tableOf } from './table.ts';

/** What the gateway takes as data, clients and processes grow. Resolves to the exit code. */
export function grow(options: GrowthOptions): Promise<number> {
  const scale = options.quick ? quickGrowth : fullGrowth;
  return inSession(
    (context) => measureGrowth(context, { scale, seed: options.seed }),
    (growth, surroundings) => report(options, scale, growth, surroundings),
  );
}

async function report(
  { quick, jsonFile }: GrowthOptions,
  scale: GrowthScale,
  growth: Growth,
  surroundings: Surroundings,
): Promise<void> {
  const { points } = growth;
  for (const dimension of dimensions)
    for (const name of workloadsOf(points, dimension)) {
      const table = formatTable(tableOf(pointsOf(points, dimension, name)));
      process.stdout.write(`\n${name}, more ${dimension}\n\n${table}\n`);
    }
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(points, undefined, 2)}\n`);
  const date = new Date().toISOString().slice(0, 10);
  const folder = await writeGrowth({ ...growth, ...surroundings, scale, date, isReference: !quick });
  process.stdout.write(`\nTables and plots: ${folder}\n`);
}
