import { makeExecutableSchema } from '@graphql-tools/schema';
import { describe, expect, it } from 'vitest';
import {
  admin,
  everybody,
  owner,
  scoped,
  self,
  selfOrAdmin,
  signedIn,
  type Permissions,
} from '../../auth/rules.ts';
import { and, deny, or, rule } from '../../auth/shield.ts';
import { authorise } from '../../graphql/authorise.ts';
import { mutatePermissions } from './mutate-permissions.ts';
import { probe, probeField } from './probe.ts';

const open = makeExecutableSchema({
  typeDefs: `
    type Query { things(first: Int): [Thing!] }
    type Subscription { thingAdded: Thing }
    type Thing { id: ID name: String size: Int }
  `,
  resolvers: {
    Query: { things: (_parent, { first }: { readonly first: number }) => Array<string>(first) },
    Subscription: {
      thingAdded: {
        subscribe: (_parent, _args, { data }: { readonly data: Iterable<string> }) => data,
        resolve: (event: { readonly thing: unknown }) => event.thing,
      },
    },
    Thing: { size: (_parent, _args, context: { readonly data: { size: number } }) => context.data.size },
  },
});

const verdicts = async (ruleOfName: Permissions[string][string], field = 'name') => {
  const [door] = await probeField(authorise(open, { Thing: { [field]: ruleOfName } }), 'Thing', field);
  return Object.values(door?.verdicts ?? {});
};

const [yes, unauthenticated, forbidden] = ['allowed', 'UNAUTHENTICATED', 'FORBIDDEN'] as const;

describe('the probe', () => {
  // In the order of the callers: anonymous, signing in, another user, oneself, admin, service.
  it('tells the callers apart', async () => {
    expect(await verdicts(everybody)).toEqual([yes, yes, yes, yes, yes, yes]);
    expect(await verdicts(signedIn)).toEqual([unauthenticated, unauthenticated, yes, yes, yes, yes]);
    expect(await verdicts(self)).toEqual([
      ...[unauthenticated, unauthenticated, forbidden],
      ...[yes, forbidden, forbidden],
    ]);
    expect(await verdicts(selfOrAdmin)).toEqual([unauthenticated, yes, forbidden, yes, yes, forbidden]);
    expect(await verdicts(owner, 'size')).toEqual([
      ...[unauthenticated, unauthenticated, forbidden],
      ...[yes, forbidden, forbidden],
    ]);
    expect(await verdicts(admin, 'id')).toEqual([
      ...[unauthenticated, unauthenticated, forbidden],
      ...[forbidden, yes, forbidden],
    ]);
  });

  it('tells which scope a step-up is for, and what comes after it', async () => {
    const [anonymous, , another, oneself] = await verdicts(and(owner, scoped('BANK')));
    expect(anonymous).toBe(unauthenticated);
    expect(another).toBe('STEP_UP_REQUIRED (BANK), then FORBIDDEN');
    expect(oneself).toBe('STEP_UP_REQUIRED (BANK), then allowed');
    expect((await verdicts(and(scoped('SHOP'), scoped('CHAT'))))[3]).toBe(
      'STEP_UP_REQUIRED (SHOP, CHAT), then allowed',
    );
  });

  it('calls every door of every field, those without a rule too', async () => {
    const doors = await probe(authorise(open, { Query: { things: everybody } }));
    expect(
      doors.map(({ type, field, door, verdicts }) => `${type}.${field} ${door} ${verdicts.oneself}`),
    ).toEqual([
      'Query.things resolve allowed',
      'Subscription.thingAdded subscribe FORBIDDEN',
      'Subscription.thingAdded resolve FORBIDDEN',
      'Thing.id resolve FORBIDDEN',
      'Thing.name resolve FORBIDDEN',
      'Thing.size resolve FORBIDDEN',
    ]);
  });

  it('sees a stream that is open to anyone though its events are not', async () => {
    const schema = authorise(open, { Subscription: { thingAdded: everybody } });
    const [subscribe, resolve] = await probeField(schema, 'Subscription', 'thingAdded');
    expect(subscribe).toMatchObject({ door: 'subscribe', verdicts: { anonymous: yes } });
    expect(resolve).toMatchObject({ door: 'resolve', verdicts: { anonymous: yes } });
  });

  it('does not take a rule that lacks something in the probe for a refusal', async () => {
    const looking = rule('looking', { cache: 'no_cache' })(
      (_parent, _args, { data }: { readonly data: unknown }) => data !== undefined,
    );
    await expect(verdicts(looking)).rejects.toThrow(
      /^Thing\.name \(resolve\): anonymous is neither let through nor refused: .*; it looked at context\.data$/,
    );
    await expect(probe(authorise(open, { Query: { things: self } }))).rejects.toThrow(
      'Query.things (resolve): anonymous is neither let through nor refused: the rule self failed',
    );
  });
});

describe('a changed permission', () => {
  it('that nobody would notice is told', async () => {
    const { entries, survivors } = await mutatePermissions(open, {
      Query: { things: everybody },
      Thing: { id: deny, name: or(everybody, admin), size: or(signedIn, admin) },
    });
    expect(entries).toBe(4);
    expect(survivors).toEqual([
      'Thing.id: deleting it changes nothing',
      'Thing.name: opening it to everybody changes nothing',
      'Thing.size: asking only for a token changes nothing',
    ]);
  });
});
