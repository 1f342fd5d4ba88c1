import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Resources } from '../../src/testing/prove/resources.ts';
import type { Job, Load } from './load.ts';

/** A process that does nothing but ask. */
export interface Generator {
  readonly run: (job: Job) => Promise<Load>;
}

export async function startGenerator(resources: Resources): Promise<Generator> {
  const child = await resources.open(
    () =>
      Promise.resolve(
        fork(fileURLToPath(new URL('load.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] }),
      ),
    async (opened) => {
      if (opened.exitCode !== null || opened.signalCode !== null) return;
      opened.disconnect();
      await once(opened, 'exit');
    },
  );
  return {
    async run(job) {
      const over = new AbortController();
      const { signal } = over;
      const died = async (): Promise<never> => {
        await once(child, 'exit', { signal });
        throw new Error('the load generator has ended');
      };
      child.send(job);
      try {
        const [load] = (await Promise.race([once(child, 'message', { signal }), died()])) as [Load];
        return load;
      } finally {
        over.abort();
      }
    },
  };
}
