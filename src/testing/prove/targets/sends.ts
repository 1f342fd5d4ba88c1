import { runMigrations } from 'graphile-worker';
import { toGlobalId } from '../../../../schema/global-id.ts';
import { withAdmin } from '../../../dev/postgres/admin-client.ts';
import type { Check } from '../proof.ts';
import { seedPreferences } from './preferences.ts';
import type { Compared, Measured, Scenario } from './scenario.ts';
import { describeFewer, percentFewer, type Rate } from './shares.ts';
import { isRead, sumOf } from './statements.ts';

const target = 75;

/** Without its refusals: whoever comes most often has soon used up what there is of some, which is no fault. */
const send = `mutation ($input: SendNotificationInput!) {
  sendNotification(input: $input) { notification { status } }
}`;

/** Half of them without a quota. */
const kinds = [
  ['PUSH', 'TRANSACTIONAL'],
  ['PUSH', 'SECURITY'],
  ['EMAIL', 'TRANSACTIONAL'],
  ['EMAIL', 'PROMOTIONAL'],
] as const;

/** A service that sends to users, each time something new. */
export const sends: Scenario = {
  name: 'sends',
  policies: ['session', 'template'],
  async seed({ stage, population }) {
    const { primaryUrl } = stage.servers;
    await runMigrations({ connectionString: primaryUrl });
    await seedPreferences(stage);
    const templateIds = await seedTemplates(primaryUrl);
    const token = population.tokenOfLogin('service');
    let sent = 0;
    return (place, random) => {
      const input = {
        userId: toGlobalId('User', population.idOf(place)),
        templateId: templateIds[Math.floor(random() * templateIds.length)],
        variables: { name: 'Somebody' },
        idempotencyKey: `target ${(sent += 1)}`,
      };
      return { document: send, variables: { input }, token };
    };
  },
  judge: (compared, percent) => [readsSaved(compared, (target * percent) / 100)],
};

async function seedTemplates(url: string): Promise<readonly string[]> {
  return withAdmin(url, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO notification_templates (name, channel, category, subject, body)
       SELECT 'Target ' || place, channel, category, CASE channel WHEN 'EMAIL' THEN 'Hello' END, 'Hello {{name}}'
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS kind (channel, category, place)
       RETURNING id::text`,
      [kinds.map(([channel]) => channel), kinds.map(([, category]) => category)],
    );
    return rows.map(({ id }) => toGlobalId('NotificationTemplate', id));
  });
}

/**
 * A cache can answer for the session, the template, and what the quotas have used up. It cannot for the receiver's row,
 * which is locked, nor for an earlier send of the same key, which is looked for under that lock.
 */
const isSavable = (text: string) => isRead(text) && !text.includes('idempotency_key = $');

function readsSaved({ on, off }: Compared, least: number): Check {
  const reads = (measured: Measured): Rate => ({
    ...measured,
    count: sumOf(measured.calls, (text) => (isSavable(text) ? 1 : 0)),
  });
  const saved = percentFewer(reads(on.warm), reads(off.warm));
  const withoutCache = percentFewer(reads(off.warm), reads(off.cold));
  return {
    what: 'reads of a send that a cache can answer, fewer with it',
    found: `${saved} %: ${describeFewer(reads(on.warm), reads(off.warm))}`,
    must: `≥ ${least} %`,
    holds: saved >= least,
    control: { found: `${withoutCache} % past the cache`, fails: withoutCache < least },
  };
}
