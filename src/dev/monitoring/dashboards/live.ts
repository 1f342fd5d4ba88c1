import { one, rateBy, type Dashboard } from './dashboard.ts';

export const live: Dashboard = {
  id: 'live',
  title: 'Tributary: live',
  panels: [
    {
      title: 'Connections',
      about: 'Sockets and event streams that are open.',
      unit: 'short',
      series: one('sum by (transport) (gateway_live_connections)', '{{transport}}'),
    },
    {
      title: 'Subscriptions',
      about: 'Over all connections.',
      unit: 'short',
      series: one('sum(gateway_live_streams)', 'open'),
    },
    {
      title: 'Events',
      about: 'By whether all of it was answered.',
      unit: 'cps',
      series: [rateBy('outcome', 'gateway_live_events_total')],
    },
    {
      title: 'Sockets closed',
      about: 'By code; docs/errors.md says what each means.',
      unit: 'cps',
      series: [rateBy('code', 'gateway_live_closed_total')],
    },
    {
      title: 'Messages',
      about: 'Once for each listener.',
      unit: 'cps',
      series: one('sum(rate(gateway_pubsub_messages_total[$__rate_interval]))', 'heard'),
    },
    {
      title: 'Listeners that miss something',
      about: 'Told of a gap, after which they read anew, or ended because they fell behind.',
      unit: 'cps',
      series: [
        ...one('sum(rate(gateway_pubsub_gaps_total[$__rate_interval]))', 'gaps'),
        ...one('sum(rate(gateway_pubsub_slow_total[$__rate_interval]))', 'too slow'),
      ],
    },
    {
      title: 'Users who are here',
      about: 'Active within ten minutes.',
      unit: 'short',
      series: one('max(gateway_presence_kept)', 'users'),
    },
    {
      title: 'Activities noted',
      about: 'By what came of them.',
      unit: 'cps',
      series: [rateBy('outcome', 'gateway_presence_touches_total')],
    },
  ],
};
