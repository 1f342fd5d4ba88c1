import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf } from '../../../documents/hash.ts';
import { randomAppName } from '../../gateway.ts';
import { startChildGateway } from '../child-gateway.ts';
import type { ProofContext } from '../proof.ts';
import type { Stage } from '../stage.ts';

/** Their URLs. */
export interface Gateways {
  /** With all that keeps people out and counts what they take. */
  readonly whole: string;
  readonly edgeless: string;
  /** With an edge that remembers nothing of a document: the control. */
  readonly careless: string;
}

/** A machine that is busy is no outage, and sends no session to Postgres. */
const patience = {
  ...{ REDIS_DEADLINE_MS: '5000', REQUEST_DEADLINE_MS: '20000' },
  ...{ POOL_WAIT_MS: '5000', STRICT_LICENCE_MS: '10000' },
};
/** So high that nobody is refused. */
const limit = { RATE_LIMIT: '1000000000', MAX_COST: '100' };
/** What is compared is how answers are made. */
const nothingKept = { RESPONSE_CACHE_MB: '0' };

/** Processes of their own, with one Postgres and one Redis; what is registered is in a manifest, so that it is looked for. */
export async function startGateways(
  context: Pick<ProofContext, 'resources'>,
  stage: Stage,
  texts: readonly string[],
): Promise<Gateways> {
  const manifest = join(stage.dataDir, 'manifest.json');
  await writeFile(manifest, JSON.stringify(Object.fromEntries(texts.map((text) => [hashOf(text), text]))));
  const edge = { ...limit, TRUSTED_DOCUMENTS_FILES: manifest, CORS_ORIGINS: 'https://shop.example' };
  const app = randomAppName();
  const start = (name: string, env: Readonly<Record<string, string>>, program?: string) =>
    startChildGateway(context, stage, {
      ...{ name, app, env: { NODE_ENV: 'production', ...patience, ...nothingKept, ...env } },
      ...(program === undefined ? {} : { program: `src/testing/prove/overhead/${program}` }),
    });
  const [whole, edgeless, careless] = await Promise.all([
    start('whole', edge),
    start('edgeless', {}, 'edgeless-gateway.ts'),
    start('careless', edge, 'careless-gateway.ts'),
  ]);
  return { whole, edgeless, careless };
}
