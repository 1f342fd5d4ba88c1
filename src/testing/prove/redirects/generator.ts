import { fork } from 'node:child_process';
import { once } from 'node:events';
import { compiledProgram } from '../../../dev/compiled.ts';
import type { ProofContext } from '../proof.ts';
import type { Job, Load } from './load.ts';

/** A process that does nothing but ask. */
export type Generator = Client<Job, Load>;

export interface Client<Asked, Told> {
  readonly run: (job: Asked) => Promise<Told>;
}

export const startGenerator = (context: Pick<ProofContext, 'resources'>): Promise<Generator> =>
  startClient(context, 'src/testing/prove/redirects/load.ts');

/** Of a program that does what it is sent, one after the other, and sends back what came of it. */
export async function startClient<Asked extends object, Told>(
  { resources }: Pick<ProofContext, 'resources'>,
  program: string,
): Promise<Client<Asked, Told>> {
  const child = await resources.open(
    async () => fork(await compiledProgram(program)),
    async (opened) => {
      if (opened.exitCode !== null || opened.signalCode !== null) return;
      opened.disconnect();
      await once(opened, 'exit');
    },
  );
  return {
    async run(job) {
      child.send(job);
      const [told] = (await once(child, 'message')) as [Told];
      return told;
    },
  };
}
