import type { Quotas } from '../src/limits/quotas.ts';
import type { Attendance } from '../src/presence/attendance.ts';
import type { Store } from '../src/store/store.ts';
import type { WarmUpStep } from '../src/warm-up/warm-up.ts';
import { createPreferences } from './notifications/preferences.ts';
import { createTemplates } from './notifications/templates.ts';
import { createProfiles } from './users/profiles.ts';

interface Needs {
  /** Each batch is a request of its own. */
  readonly openStore: () => Store;
  readonly attendance: Attendance;
  readonly quotas: Quotas;
}

const mostUsers = 10_000;

/** What a cold cache is filled with, the most wanted first; one entry for each kind. */
export const warmUpSteps = ({ openStore, attendance, quotas }: Needs): readonly WarmUpStep[] => [
  {
    name: 'notification templates',
    keys: () => createTemplates({ store: openStore() }).listIds(),
    load: (ids) => createTemplates({ store: openStore() }).getMany(ids),
  },
  {
    name: 'preferences of recent users',
    keys: () => attendance.latest(mostUsers),
    load: (ids) => createPreferences({ store: openStore(), quotas }).getMany(ids),
  },
  {
    name: 'profiles of recent users',
    keys: () => attendance.latest(mostUsers),
    load: (ids) => createProfiles({ store: openStore() }).getMany(ids),
  },
];
