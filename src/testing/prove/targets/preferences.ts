import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import type { Check } from '../proof.ts';
import type { Stage } from '../stage.ts';
import { describeHits, hitPercent } from './keys-read.ts';
import type { Compared, Scenario } from './scenario.ts';

const target = 99;
/** Of a thousand requests. People change what they want a few times in their life. */
const changes = 5;

const read = '{ viewer { preferences { email sms push promotional quietHours { start end timeZone } } } }';
const change = `mutation ($input: UpdatePreferencesInput!) {
  updatePreferences(input: $input) { preferences { promotional } userErrors { code } }
}`;

/** People who look at their preferences, and now and then change them. */
export const preferences: Scenario = {
  name: 'preferences',
  policies: ['preferences'],
  async seed({ stage, population }) {
    await seedPreferences(stage);
    return (place, random) => {
      const token = population.tokenOf(place);
      if (random() * 1_000 >= changes) return { document: read, token };
      return { document: change, variables: { input: { promotional: random() < 0.5 } }, token };
    };
  },
  judge: (compared, percent) => [fromCache(compared, (target * percent) / 100)],
};

function fromCache({ on, off }: Compared, least: number): Check {
  return {
    what: `preferences from cache, ${changes / 10} % of requests change them`,
    found: `${describeHits(on.warm.keys)}; at first ${hitPercent(on.cold.keys)} %`,
    must: `≥ ${least} %`,
    holds: hitPercent(on.warm.keys) >= least,
    control: {
      found: `${hitPercent(off.warm.keys)} % past the cache`,
      fails: hitPercent(off.warm.keys) < least,
    },
  };
}

/** The row of everybody, as an earlier send or change has left it; safe to repeat. */
export async function seedPreferences({ servers }: Stage): Promise<void> {
  await withAdmin(servers.primaryUrl, (client) =>
    client.query(
      'INSERT INTO notification_preferences (user_id) SELECT id FROM users ON CONFLICT DO NOTHING',
    ),
  );
}
