import { mutatePermissions } from '../authorisation/mutate-permissions.ts';
import { authorise } from '../../graphql/authorise.ts';
import { createOpenSchema } from '../../graphql/schema.ts';
import { everybody, type Permissions } from '../../auth/rules.ts';
import { probe } from '../authorisation/probe.ts';
import type { Proof } from './proof.ts';

/** Every permission matters: without it, or with a looser one, some caller is treated otherwise. */
export const permissions: Proof = {
  name: 'permissions',
  about: 'Deleting or loosening any single permission shows in the probe of all fields for all callers.',
  takes: '2 s',
  options: {},
  async run(context) {
    const { entries, survivors } = await context.step('Permissions', () => mutatePermissions());
    const open = await context.step('Fields without rules', countOpenDoors);
    return {
      figures: { entries, survivors, refusalsWithoutRules: open.refusals, doors: open.doors },
      checks: [
        {
          what: `${entries} permissions, each deleted and loosened: changes that nothing noticed`,
          found: String(survivors.length),
          must: '0',
          holds: entries > 0 && survivors.length === 0,
          control: {
            found: `${open.refusals} refusals at ${open.doors} doors when all are open`,
            fails: open.doors > 0 && open.refusals === 0,
          },
        },
      ],
    };
  },
};

/** The same probe where everybody may do everything: it must see no refusal, or its refusals prove nothing. */
async function countOpenDoors(): Promise<{ doors: number; refusals: number }> {
  const schema = createOpenSchema();
  const doors = await probe(authorise(schema, allOpen(await probe(schema))));
  const verdicts = doors.flatMap((door) => Object.values(door.verdicts));
  return { doors: doors.length, refusals: verdicts.filter((verdict) => verdict !== 'allowed').length };
}

function allOpen(doors: Awaited<ReturnType<typeof probe>>): Permissions {
  const open: Record<string, Record<string, typeof everybody>> = {};
  for (const { type, field } of doors) (open[type] ??= {})[field] = everybody;
  return open;
}
