import { Registry, collectDefaultMetrics } from 'prom-client';
import { createInstruments } from './instruments.ts';
import { requestInstruments } from './requests.ts';
import { serverInstruments } from './servers.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Every instrument of the gateway, on a registry of its own (two gateways may live in one process). Labels take values
 * from bounded sets only: policies, tiers, outcomes, roles, node names, fields, registered names of operations.
 */
export function createMetrics(options: { readonly processMetrics: boolean } = { processMetrics: false }) {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry, prefix: 'gateway_' });
  const instruments = createInstruments(registry);
  const { counter, gauge, seconds, points } = instruments;

  return {
    registry,
    ...requestInstruments(instruments),
    ...serverInstruments(instruments),
    httpRequests: counter(
      'gateway_http_requests_total',
      'HTTP requests that are over; 499 where the client left before its answer.',
      ['route', 'status'],
    ),
    operationSeconds: seconds(
      'gateway_graphql_operation_seconds',
      'Time from the parsed request to its answer.',
      ['operation', 'type'],
    ),
    operationErrors: counter('gateway_graphql_errors_total', 'Errors in GraphQL answers, by code.', ['code']),
    compilations: counter(
      'gateway_compilations_total',
      'Operations that are asked often: compiled, left to graphql-js because they cannot be, or given up after a wrong answer.',
      ['outcome'],
    ),
    compiledAnswers: counter(
      'gateway_compiled_answers_total',
      'What compiled operations have answered: as it stands, or with errors that graphql-js may tell otherwise, so that it has executed them again.',
      ['outcome'],
    ),
    untrustedDocuments: counter(
      'gateway_untrusted_documents_total',
      'Documents that are not registered, by what became of them: reported and executed, executed for an administrator, or refused.',
      ['action'],
    ),
    apq: counter(
      'gateway_apq_total',
      'Texts of automatic persisted queries: found in this process or in Redis, unknown, not looked for without Redis, registered, or not written.',
      ['outcome'],
    ),
    operationCost: points(
      'gateway_operation_cost_points',
      'What operations were estimated at, by what came of them.',
      ['outcome'],
    ),
    rateLimitRefusals: counter(
      'gateway_rate_limit_refusals_total',
      'Requests refused for their price: nothing left, less left than they cost, or more than any may cost.',
      ['reason'],
    ),
    rateLimitLocal: counter(
      'gateway_rate_limit_local_total',
      'Points taken that this process counted alone, for Redis could not be asked.',
      [],
    ),
    cacheReads: counter('gateway_cache_reads_total', 'Keys looked for, by tier and what was found.', [
      'policy',
      'tier',
      'outcome',
    ]),
    cacheFills: counter('gateway_cache_fills_total', 'Leases and claims that have ended, by how.', [
      'policy',
      'outcome',
    ]),
    cacheInvalidations: counter(
      'gateway_cache_invalidations_total',
      'Keys and tags that a write has changed, by what came of it.',
      ['policy', 'outcome'],
    ),
    keptAnswers: counter(
      'gateway_kept_answers_total',
      'Answers looked for before they are made: given again, not there, or no longer as they would be made.',
      ['outcome'],
    ),
    keptAnswersDropped: counter(
      'gateway_kept_answers_dropped_total',
      'Kept answers that were given up, by why.',
      ['reason'],
    ),
    answersNotKept: counter('gateway_answers_not_kept_total', 'Answers made and not kept, by why.', [
      'reason',
    ]),
    keptAnswersBytes: gauge('gateway_kept_answers_bytes', 'What kept answers and their keys take.', []),
    sessionMarksLost: counter(
      'gateway_session_marks_lost_total',
      'Marks of a session’s latest write that Redis did not keep or find because it could not be asked.',
      ['action'],
    ),
    writeBehindBacklog: gauge(
      'gateway_write_behind_backlog',
      'Fields noted and not yet in a sealed batch, as this gateway last saw it.',
      ['buffer'],
    ),
    writeBehindOldestSeconds: gauge(
      'gateway_write_behind_oldest_seconds',
      'Age of the oldest that is in Redis and not yet in Postgres, as this gateway last saw it.',
      ['buffer'],
    ),
    writeBehindBatches: counter(
      'gateway_write_behind_batches_total',
      'Batches handed to Postgres: applied, repeated without effect, or failed and to be repeated.',
      ['buffer', 'outcome'],
    ),
    writeBehindDropped: counter(
      'gateway_write_behind_dropped_total',
      'Counts and times dropped because Redis could not be reached for too long.',
      ['buffer'],
    ),
    presenceTouches: counter(
      'gateway_presence_touches_total',
      'Activities of users: written, to be written once more, or dropped because Redis was away for too long.',
      ['outcome'],
    ),
    presenceKept: gauge(
      'gateway_presence_kept',
      'Users in the live sets after the last sweep: active within 10 minutes.',
      [],
    ),
    redisRoundTrips: counter(
      'gateway_redis_round_trips_total',
      'Batches sent to a Redis node, heartbeats included.',
      ['role'],
    ),
    redisSeconds: seconds('gateway_redis_round_trip_seconds', 'Time of one answered Redis batch.', ['role']),
    redisBreakerOpen: gauge('gateway_redis_breaker_open', '1 while calls to a node are refused unsent.', [
      'role',
      'node',
    ]),
    redisSlotMaps: counter(
      'gateway_redis_slot_maps_total',
      'Changes of the servers or slots of a Redis Cluster that were taken up, the first look included.',
      ['role'],
    ),
    pubsubSubscriptions: gauge('gateway_pubsub_subscriptions', 'Listeners to live messages.', []),
    pubsubMessages: counter('gateway_pubsub_messages_total', 'Live messages, once for each listener.', []),
    pubsubSlow: counter('gateway_pubsub_slow_total', 'Listeners ended because they fell too far behind.', []),
    pubsubGaps: counter('gateway_pubsub_gaps_total', 'Gaps that listeners were told of.', []),
    liveConnections: gauge('gateway_live_connections', 'Sockets and event streams that are open.', [
      'transport',
    ]),
    liveClosed: counter('gateway_live_closed_total', 'Sockets that were closed, by close code.', ['code']),
    liveStreams: gauge('gateway_live_streams', 'Subscriptions that are open.', []),
    liveEvents: counter(
      'gateway_live_events_total',
      'Events of subscriptions, by whether all of it was answered.',
      ['outcome'],
    ),
    postgresQueries: counter(
      'gateway_postgres_queries_total',
      'Statements sent, BEGIN and COMMIT included; sampling is not.',
      ['node'],
    ),
    postgresSeconds: seconds('gateway_postgres_query_seconds', 'Time of one statement, COMMIT included.', [
      'node',
    ]),
    postgresPoolWaiting: gauge(
      'gateway_postgres_pool_waiting',
      'Callers waiting for a connection when last sampled.',
      ['node'],
    ),
    postgresPoolUsed: gauge('gateway_postgres_pool_used', 'Connections lent out when last sampled.', [
      'node',
    ]),
    postgresReplicaLag: gauge(
      'gateway_postgres_replica_lag_bytes',
      'Log not yet replayed when last sampled.',
      ['node'],
    ),
    backstopActive: gauge(
      'gateway_backstop_active',
      'Logs that this process follows: one for each cluster.',
      [],
    ),
    backstopLag: gauge(
      'gateway_backstop_lag_seconds',
      'From a commit to its effect in Redis, by heartbeats; grows while one is under way. Of the process that follows.',
      [],
    ),
    backstopTransactions: counter('gateway_backstop_transactions_total', 'Transactions followed.', []),
    backstopKeys: counter('gateway_backstop_invalidated_keys_total', 'Keys handed to the cache to fence.', [
      'policy',
    ]),
    backstopErrors: counter(
      'gateway_backstop_errors_total',
      'Streams that broke, messages and rows that could not be read, histories that were lost.',
      ['kind'],
    ),
    backstopFaults: gauge(
      'gateway_backstop_fault',
      '1 while something of the server is not as the backstop needs it.',
      ['fault'],
    ),
    upkeepActive: gauge('gateway_upkeep_active', '1 in the process that does the chores.', []),
    upkeepRuns: counter('gateway_upkeep_runs_total', 'Chores, by how they ended.', ['chore', 'outcome']),
    upkeepThings: counter('gateway_upkeep_things_total', 'What chores made or removed.', ['chore']),
    jobs: counter(
      'gateway_jobs_total',
      'Attempts at jobs, by how they ended: done, failed and to be repeated, abandoned for good, or lost to another worker.',
      ['task', 'outcome'],
    ),
    jobSeconds: seconds('gateway_job_seconds', 'Time of one attempt at a job.', ['task']),
    jobsQueued: gauge(
      'gateway_jobs_queued',
      'Jobs in the queue as this worker last counted them: due, later, or taken by some worker.',
      ['task', 'state'],
    ),
    jobsOldestSeconds: gauge(
      'gateway_jobs_oldest_seconds',
      'For how long the oldest job that is due has been waiting, when last counted.',
      ['task'],
    ),
    jobWorkersGone: counter(
      'gateway_job_workers_gone_total',
      'Workers that were gone without a word, and whose jobs this one has freed.',
      [],
    ),
    providerSends: counter(
      'gateway_provider_sends_total',
      'Messages handed to a provider: accepted, refused for good, or failed and to be tried again.',
      ['way', 'outcome'],
    ),
    postgresNodeUp: gauge('gateway_postgres_node_up', '1 while the node takes queries.', ['node']),
    postgresNodeRole: gauge(
      'gateway_postgres_node_role',
      '1 for the role that the node has now; a second primary is refused.',
      ['node', 'role'],
    ),
    postgresShed: counter(
      'gateway_postgres_shed_total',
      'Callers turned away because too many waited for a connection, or had waited too long.',
      ['node'],
    ),
    cacheEpoch: gauge('gateway_cache_epoch', 'Counters that are part of cache keys, as last seen.', [
      'counter',
    ]),
  };
}
