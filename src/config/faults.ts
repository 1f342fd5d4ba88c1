/** The variables that must fit each other; what each of them may be by itself, its form has checked. */
interface Settings {
  readonly REDIS_URL: readonly string[];
  readonly REDIS_CLUSTER: 'true' | 'false';
  readonly REDIS_STATE_URL?: string | undefined;
  readonly SMTP_URL?: string | undefined;
  readonly MAIL_FROM?: string | undefined;
  readonly SMS_WEBHOOK_URL?: string | undefined;
  readonly PUSH_WEBHOOK_URL?: string | undefined;
  readonly WEBHOOK_SECRET?: string | undefined;
  readonly TRUSTED_DOCUMENTS?: 'off' | 'report' | 'enforce' | undefined;
  readonly TRUSTED_DOCUMENTS_FILES: readonly string[];
  readonly UNREADY_MS: number;
  readonly DRAIN_MS: number;
  readonly SHUTDOWN_SECONDS: number;
}

/** What does not fit together, a line each for whoever has set it. */
export const faultsOf = (settings: Settings): readonly string[] => [
  ...faultsOfRedis(settings),
  ...faultsOfProviders(settings),
  ...faultsOfDocuments(settings),
  ...faultsOfStopping(settings),
];

function faultsOfRedis({ REDIS_URL, REDIS_CLUSTER, REDIS_STATE_URL }: Settings): readonly string[] {
  const isCluster = REDIS_CLUSTER === 'true';
  const hasDatabase = REDIS_URL.some((url) => !['', '/', '/0'].includes(new URL(url).pathname));
  const faults: readonly (readonly [isWrong: boolean, fault: string])[] = [
    [!isCluster && REDIS_URL.length > 1, 'REDIS_URL names several servers; that needs REDIS_CLUSTER=true'],
    [isCluster && hasDatabase, 'REDIS_URL names a database; a cluster has only number 0'],
    [REDIS_STATE_URL?.includes(',') === true, 'REDIS_STATE_URL must name a single server'],
  ];
  return faults.flatMap(([isWrong, fault]) => (isWrong ? [fault] : []));
}

function faultsOfProviders(settings: Settings): readonly string[] {
  const { SMTP_URL, MAIL_FROM, SMS_WEBHOOK_URL, PUSH_WEBHOOK_URL, WEBHOOK_SECRET } = settings;
  const needsSecret = SMS_WEBHOOK_URL !== undefined || PUSH_WEBHOOK_URL !== undefined;
  return [
    ...(SMTP_URL !== undefined && MAIL_FROM === undefined
      ? ['MAIL_FROM is required where SMTP_URL is given']
      : []),
    ...(needsSecret && WEBHOOK_SECRET === undefined
      ? ['WEBHOOK_SECRET is required where SMS_WEBHOOK_URL or PUSH_WEBHOOK_URL is given']
      : []),
  ];
}

function faultsOfDocuments({ TRUSTED_DOCUMENTS, TRUSTED_DOCUMENTS_FILES }: Settings): readonly string[] {
  const isJudging = TRUSTED_DOCUMENTS !== undefined && TRUSTED_DOCUMENTS !== 'off';
  return isJudging && TRUSTED_DOCUMENTS_FILES.length === 0
    ? [`TRUSTED_DOCUMENTS_FILES is required where TRUSTED_DOCUMENTS is ${TRUSTED_DOCUMENTS}`]
    : [];
}

function faultsOfStopping({ UNREADY_MS, DRAIN_MS, SHUTDOWN_SECONDS }: Settings): readonly string[] {
  return UNREADY_MS + DRAIN_MS >= SHUTDOWN_SECONDS * 1000
    ? ['SHUTDOWN_SECONDS must be longer than UNREADY_MS and DRAIN_MS together']
    : [];
}
