/** Who may import whom: downwards only. See README, "The house". */
const layer = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: '\\.test\\.ts$', ...from },
  to,
});

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    layer(
      'domains-are-strangers',
      { path: '^(datasources|resolvers)/([^/]+)/' },
      { path: '^$1/[^/]+/', pathNot: '^$1/$2/' },
      'A domain that needs another gets it as a parameter in datasources/index.ts.',
    ),
    layer(
      'http-knows-no-domain',
      { path: '^src/http/' },
      { path: '^(resolvers|datasources)/' },
      'HTTP hands requests to src/graphql.',
    ),
    layer(
      'resolvers-call-verbs',
      { path: '^resolvers/' },
      { path: '^(src/|datasources/)', pathNot: '^(src/(context|auth|errors|store/page)|datasources/[^/]+/)' },
      'No SQL, no cache, no rules in resolvers.',
    ),
    layer(
      'datasources-stand-on-the-store',
      { path: '^datasources/' },
      {
        path: '^(src|resolvers|schema)/',
        pathNot:
          '^(src/(store|clock|errors|auth|log|pubsub|presence|limits|trends|write-behind|warm-up|jobs|providers|ids|upkeep)/|src/cache/(policy|codec)|src/database/(sql|rows|failures|shards)|schema/money)',
      },
      'A datasource knows the store, its policies and its SQL.',
    ),
    layer(
      'store-joins-cache-and-database',
      { path: '^src/store/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(store|cache|database|clock|errors|log|metrics|tracing)/',
      },
    ),
    layer(
      'the-worker-knows-no-domain',
      { path: '^src/worker/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(worker|store|cache|database|redis|clock|config|errors|log|metrics)/',
      },
      'What is followed comes in as a parameter.',
    ),
    layer(
      'cache-is-a-stranger',
      { path: '^src/cache/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(cache|redis|clock|config|errors|log|metrics)/',
      },
    ),
    layer(
      'database-is-a-stranger',
      { path: '^src/database/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(database|clock|config|errors|log|metrics)/',
      },
    ),
    layer(
      'auth-is-a-stranger',
      { path: '^src/auth/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(auth|redis|clock|config|errors|log|metrics)/',
      },
    ),
    layer(
      'jobs-know-no-domain',
      { path: '^src/jobs/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(jobs|database|clock|config|errors|log|metrics)/',
      },
      'What is done comes in as a parameter.',
    ),
    layer(
      'providers-know-no-domain',
      { path: '^src/providers/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(providers|clock|config|errors|log|metrics)/',
      },
    ),
    layer(
      'pubsub-is-a-stranger',
      { path: '^src/pubsub/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(pubsub|redis|clock|config|errors|log|metrics)/',
      },
      'What is said over it is for the domains to know.',
    ),
    layer(
      'write-behind-is-a-stranger',
      { path: '^src/write-behind/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(write-behind|redis|database/sql|clock|config|errors|log|metrics)',
      },
      'It hands batches to `apply`, whoever that is.',
    ),
    layer(
      'trends-are-strangers',
      { path: '^src/trends/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(trends|redis|clock|config|errors|log|metrics)/',
      },
    ),
    layer(
      'presence-is-a-stranger',
      { path: '^src/presence/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(presence|pubsub/pubsub|write-behind|redis|clock|config|errors|log|metrics)',
      },
      'It knows ids, and not whose they are.',
    ),
    layer(
      'limits-are-strangers',
      { path: '^src/limits/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(limits|redis|clock|config|errors|log|metrics)/',
      },
    ),
    layer(
      'costs-are-strangers',
      { path: '^src/cost/' },
      { path: '^(src|resolvers|datasources|schema)/', pathNot: '^src/cost/' },
      'What weighs how much is in the schema.',
    ),
    layer(
      'documents-are-strangers',
      { path: '^src/documents/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(documents|redis|clock|config|errors|log|metrics)/',
      },
      'Who asks comes in as a parameter.',
    ),
    layer(
      'the-warm-up-knows-no-domain',
      { path: '^src/warm-up/' },
      { path: '^(src|resolvers|datasources|schema)/', pathNot: '^src/(warm-up|clock|errors|log)/' },
      'What is loaded comes in as steps.',
    ),
    layer(
      'ids-are-strangers',
      { path: '^src/ids/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(ids|database|clock|config|errors|log|metrics)/',
      },
    ),
    layer(
      'upkeep-knows-no-domain',
      { path: '^src/upkeep/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(upkeep|database|clock|config|errors|log|metrics)/',
      },
      'What is to be done comes in as a parameter.',
    ),
    layer(
      'redis-is-low',
      { path: '^src/redis/' },
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(redis|clock|config|errors|log|metrics|tracing)/',
      },
    ),
    layer(
      'traces-are-lower',
      { path: '^src/tracing/' },
      { path: '^(src|resolvers|datasources|schema)/', pathNot: '^src/(tracing|clock|config|errors|log)/' },
    ),
    layer(
      'metrics-are-lower',
      { path: '^src/metrics/' },
      { path: '^(src|resolvers|datasources|schema)/', pathNot: '^src/(metrics|clock|config|errors|log)/' },
    ),
    layer(
      'the-ground',
      { path: '^src/(clock|config|errors|log)/' },
      { path: '^(src|resolvers|datasources|schema)/', pathNot: '^src/(clock|config|errors|log)/' },
    ),
    layer(
      'the-contract-is-pure',
      { path: '^schema/', pathNot: '^schema/generated/' },
      { path: '^(src|resolvers|datasources)/', pathNot: '^src/(errors|store/page)' },
    ),
    layer(
      'nothing-stands-on-dev',
      {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '^src/(dev|testing)/|\\.test\\.ts$|\\.conformance\\.ts$',
      },
      { path: '^src/(dev|testing)/' },
      'Production never loads what development and tests are made of.',
    ),
    layer(
      'examples-are-clients',
      { path: '^examples/' },
      { path: '^(src|resolvers|datasources|schema)/' },
      'What they know of the gateway is what any client knows: its documents, and its answers.',
    ),
    layer(
      'nothing-stands-on-examples',
      { path: '^(src|resolvers|datasources|schema)/' },
      { path: '^examples/' },
    ),
    layer(
      'nothing-stands-on-the-bench',
      { path: '^(src|resolvers|datasources|schema|examples)/' },
      { path: '^bench/' },
    ),
    layer(
      'one-door-to-postgres',
      { pathNot: '^(src/(database|dev|testing)|bench)/|\\.test\\.ts$' },
      { path: 'node_modules/(pg|pg-logical-replication|node-pg-migrate)/' },
    ),
    layer(
      'one-door-to-redis',
      { pathNot: '^(src/(redis|dev|testing)|bench)/|\\.test\\.ts$' },
      { path: 'node_modules/ioredis/' },
    ),
    layer(
      'one-door-to-the-job-queue',
      { pathNot: '^src/(jobs|dev|testing)/|^src/database/job-|^src/log/graphile-|\\.test\\.ts$' },
      { path: 'node_modules/graphile-worker/' },
    ),
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: {
        path: '^(src|resolvers|datasources|schema)/',
        pathNot: '\\.test\\.ts$|\\.conformance\\.ts$|^src/(dev|testing)/',
      },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vitest' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Peers import packages that are installed in bench/ alone, and only where it is run.
    exclude: { path: '^(dist|schema/generated|examples/web/app/generated|bench/(peers|\\.cache))/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
