import type { Clock } from '../clock/clock.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { createAdmission, type TrustMode } from './admission.ts';
import { createApqCache, type ApqCache, type ApqSettings } from './apq-cache.ts';
import { hashIn } from './hash.ts';
import { createStrangers, type Strangers } from './strangers.ts';
import { readManifests } from './manifests.ts';
import type { TrustedList } from './trusted-list.ts';

/** What is registered, and what becomes of the rest. */
export interface Trust {
  readonly mode: TrustMode;
  readonly list: TrustedList;
}

/** Which documents are executed, and where their texts come from. */
export interface Documents extends Trust {
  readonly admit: ReturnType<typeof createAdmission>;
  readonly strangers: Strangers;
  /** The texts of hashes: what is registered, from memory; then what clients have registered themselves. */
  readonly texts: ApqCache;
}

interface Needs {
  readonly trust: Trust;
  /** The cache role. */
  readonly redis: Pick<Redis, 'mget' | 'batch'>;
  readonly app: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings?: Partial<ApqSettings> | undefined;
}

export function createDocuments({ trust, clock, log, metrics, ...needs }: Needs): Documents {
  const { list } = trust;
  const automatic = createApqCache({ ...needs, clock, metrics });
  return {
    ...trust,
    admit: createAdmission(trust),
    strangers: createStrangers({ clock, log, metrics }),
    texts: {
      ...automatic,
      get: (key) => {
        const trusted = list.byId(hashIn(key));
        return trusted === undefined ? automatic.get(key) : Promise.resolve(trusted.text);
      },
    },
  };
}

/**
 * Reads the manifests; throws `ConfigError` with one line per fault. Naming manifests and nothing else locks nobody out, and
 * tells who would be.
 */
export function readTrust({ TRUSTED_DOCUMENTS, TRUSTED_DOCUMENTS_FILES: files }: TrustConfig): Trust {
  const mode = TRUSTED_DOCUMENTS ?? (files.length > 0 ? 'report' : 'off');
  return { mode, list: readManifests(files) };
}

type TrustConfig = Pick<Config, 'TRUSTED_DOCUMENTS' | 'TRUSTED_DOCUMENTS_FILES'>;
