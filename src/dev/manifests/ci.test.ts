import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readText, root } from './compose.ts';

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: { readonly matrix: { readonly node: readonly number[] } };
        readonly steps: readonly {
          readonly run?: string;
          readonly with?: Readonly<Record<string, unknown>>;
        }[];
      }
    >
  >;
}

const { jobs } = parse(readText('.github/workflows/ci.yml')) as Workflow;

it('continuous integration runs what `.ci/run` says, on the oldest and the newest Node', () => {
  const { strategy, steps = [] } = jobs['gate'] ?? {};
  expect(strategy?.matrix.node).toEqual([20, 24]);
  expect(steps.map(({ run }) => run).filter((run) => run !== undefined)).toEqual(['.ci/run']);
  expect(steps.some((step) => step.with?.['node-version'] === '${{ matrix.node }}')).toBe(true);
  expect(statSync(join(root, '.ci/run')).mode & 0o111).toBeGreaterThan(0);
});

it('continuous integration reads the manifests with the engine that runs them', () => {
  const commands = (jobs['manifests']?.steps ?? []).flatMap(({ run }) => (run === undefined ? [] : [run]));
  expect(commands).toContain('docker compose config --quiet');
  const [, dockerfile = ''] = /--file (\S+)/.exec(commands.join('\n')) ?? [];
  expect(existsSync(join(root, dockerfile))).toBe(true);
});

it('scripts of the images are shell scripts that stop at the first fault', () => {
  for (const file of ['assemble.sh', 'postgres/primary.sh', 'postgres/replica.sh', 'redis/create-cluster.sh'])
    expect(readFileSync(join(root, 'deploy', file), 'utf8')).toMatch(/^#!\/bin\/(ba)?sh\n[^]*^set -eu/m);
});
