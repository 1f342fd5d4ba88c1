import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledProgram } from '../../../dev/compiled.ts';
import type { ProofContext } from '../proof.ts';
import type { Job, Load } from './load.ts';

/** A process that does nothing but ask. */
export interface Generator {
  readonly run: (job: Job) => Promise<Load>;
}

export async function startGenerator({ resources }: Pick<ProofContext, 'resources'>): Promise<Generator> {
  const child = await resources.open(
    async () => fork(await compiledProgram('src/testing/prove/redirects/load.ts')),
    async (opened) => {
      if (opened.exitCode !== null || opened.signalCode !== null) return;
      opened.disconnect();
      await once(opened, 'exit');
    },
  );
  return {
    async run(job) {
      child.send(job);
      const [load] = (await once(child, 'message')) as [Load];
      return load;
    },
  };
}
