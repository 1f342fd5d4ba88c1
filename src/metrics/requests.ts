import type { Instruments } from './instruments.ts';

/** What requests came to, and how long they took. */
export const requestInstruments = ({ counter, seconds, coarseSeconds }: Instruments) => ({
  httpSeconds: seconds(
    'gateway_http_request_seconds',
    'Time of one HTTP request until its answer was handed over; redirects from memory are not timed.',
    ['route'],
  ),
  operations: counter(
    'gateway_graphql_operations_total',
    'GraphQL operations: answered, refused for what the caller sent, or failed in any part for a reason of ours.',
    ['outcome'],
  ),
  resolverSeconds: coarseSeconds(
    'gateway_graphql_resolver_seconds',
    'Time of one resolver until its value was there, of the share of operations that is sampled.',
    ['field'],
  ),
  quotaRefusals: counter('gateway_quota_refusals_total', 'Refusals because a quota is used up.', ['counter']),
});
