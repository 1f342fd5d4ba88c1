import { randomAppName } from '../../gateway.ts';
import { startChildGateway } from '../child-gateway.ts';
import { compare } from '../overhead/rounds.ts';
import type { Job, Sent } from '../overhead/waves.ts';
import type { ProofContext } from '../proof.ts';
import { startClient } from '../redirects/generator.ts';
import { signIn, startStage } from '../stage.ts';
import { requestsFor } from './requests.ts';

/** What a gateway takes that compiles, and one that does not; microseconds of a processor for one request. */
export interface Measured {
  readonly what: string;
  readonly micros: number;
  readonly interpretedMicros: number;
  readonly ratio: number;
}

/** A machine that is busy is no outage. */
const patience = {
  ...{ REDIS_DEADLINE_MS: '5000', REQUEST_DEADLINE_MS: '20000' },
  ...{ POOL_WAIT_MS: '5000', STRICT_LICENCE_MS: '10000' },
};
const connections = 32;

export async function measure(context: ProofContext<'pairs' | 'requests'>): Promise<readonly Measured[]> {
  const stage = await startStage(context, { products: 20 });
  const app = randomAppName();
  const start = (COMPILED_EXECUTION: string) =>
    startChildGateway(context, stage, {
      ...{ name: `compiled-${COMPILED_EXECUTION}`, app },
      env: { NODE_ENV: 'production', RATE_LIMIT: '1000000000', ...patience, COMPILED_EXECUTION },
    });
  const [client, compiling, interpreting] = await context.step('Gateways and a client', () =>
    Promise.all([
      startClient<Job, Sent>(context, 'src/testing/prove/overhead/waves.ts'),
      start('on'),
      start('off'),
    ]),
  );
  const requests = requestsFor(await signIn(compiling, 'alice'), stage.productIds[0] ?? '');
  const measured: Measured[] = [];
  for (const request of requests) {
    const found = await compare(context, {
      ...{ client, url: compiling, edgelessUrl: interpreting, request, what: request.what },
      ...{ pairs: context.options.pairs, connections },
    });
    if (found.failed > 0) throw new Error(`${found.failed} requests were not answered: ${request.what}`);
    const { micros, edgelessMicros: interpretedMicros, ratio } = found;
    measured.push({ what: request.what, micros, interpretedMicros, ratio });
  }
  return measured;
}
