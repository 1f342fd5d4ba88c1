import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  execute,
  graphql,
  isObjectType,
  parse,
  printSchema,
  subscribe,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { everybody, scoped, self, signedIn, type Permissions } from '../auth/rules.ts';
import { applyMiddleware, deny, or, rule, shield } from '../auth/shield.ts';
import { anonymous, type SignedIn, type Viewer } from '../auth/viewer.ts';
import { DomainError, unavailable } from '../errors/domain-error.ts';
import { authorise, forEachField } from './authorise.ts';

const someone: SignedIn = {
  kind: 'signed-in',
  userId: '1',
  sessionId: '1',
  role: 'USER',
  hasScope: () => Promise.resolve(false),
};

const resolveOpen = vi.fn(() => 'open');
const resolveClosed = vi.fn(() => 'closed');
const startTicks = vi.fn(() => events('tick'));
const startBeeps = vi.fn(() => events({ beeps: 'beep' }));

const open = makeExecutableSchema({
  typeDefs: `
    type Query { open: String plain: String closed: String ruleless: String }
    type Subscription { ticks: String beeps: String open: String }
  `,
  resolvers: {
    Query: { open: resolveOpen, closed: resolveClosed, ruleless: resolveClosed },
    Subscription: {
      ticks: { subscribe: startTicks, resolve: (tick: string) => tick },
      beeps: { subscribe: startBeeps },
      open: { subscribe: startTicks },
    },
  },
});

const permissions = {
  Query: { open: everybody, plain: everybody, closed: signedIn },
  Subscription: { ticks: signedIn, beeps: signedIn, open: everybody },
} satisfies Permissions;

const before = doorsOf(open);
const guarded = authorise(open, permissions);
/** What the library does by itself. */
const shielded = applyMiddleware(
  open,
  shield(permissions, { fallbackRule: deny, allowExternalErrors: true, fallbackError: new Error('denied') }),
);

beforeEach(() => vi.clearAllMocks());

describe('a field', () => {
  it('behind a rule is refused before its resolver, and answers who passes', async () => {
    expect(codeOf(await ask(guarded, '{ closed }', anonymous))).toBe('UNAUTHENTICATED');
    expect(resolveClosed).not.toHaveBeenCalled();
    expect(await ask(guarded, '{ closed }', someone)).toEqual({ data: { closed: 'closed' } });
  });

  it('without a rule is denied to everybody', async () => {
    expect(codeOf(await ask(guarded, '{ ruleless }', anonymous))).toBe('UNAUTHENTICATED');
    expect(codeOf(await ask(guarded, '{ ruleless }', someone))).toBe('FORBIDDEN');
    expect(resolveClosed).not.toHaveBeenCalled();
  });

  it('for everybody has its own resolver back, and none where it had none', () => {
    const original = fieldOf(open, 'Query', 'open').resolve;
    expect(fieldOf(guarded, 'Query', 'open').resolve).toBe(original);
    expect(fieldOf(shielded, 'Query', 'open').resolve).not.toBe(original);
    expect(fieldOf(guarded, 'Query', 'plain')).not.toHaveProperty('resolve');

    const stream = fieldOf(guarded, 'Subscription', 'open');
    expect(stream.subscribe).toBe(fieldOf(open, 'Subscription', 'open').subscribe);
    expect(stream.resolve).toBeUndefined();
  });

  it('throws what its resolver throws, unchanged', async () => {
    const bug = new TypeError('a bug');
    const domain = new DomainError('NOT_FOUND', 'Not here.');
    for (const error of [bug, domain]) {
      resolveClosed.mockImplementationOnce(() => {
        throw error;
      });
      expect(errorOf(await ask(guarded, '{ closed }', someone))).toBe(error);
    }
  });
});

describe('a rule', () => {
  const askClosed = (closed: Permissions[string][string], viewer: Viewer) =>
    ask(authorise(open, { Query: { closed } }), '{ closed }', viewer);

  it('that returns an error refuses with that code', async () => {
    expect(codeOf(await askClosed(scoped('BANK'), someone))).toBe('STEP_UP_REQUIRED');
    expect(codeOf(await askClosed(scoped('BANK'), anonymous))).toBe('UNAUTHENTICATED');
    expect(codeOf(await askClosed(or(scoped('BANK'), signedIn), someone))).toBeUndefined();

    const streams = authorise(open, { Subscription: { ticks: scoped('BANK') } });
    expect(codeOf(await start(streams, 'ticks', someone))).toBe('STEP_UP_REQUIRED');
    expect(startTicks).not.toHaveBeenCalled();
  });

  it('of a scope may guard several fields', () => {
    expect(() =>
      authorise(open, { Query: { closed: scoped('BANK'), ruleless: scoped('BANK') } }),
    ).not.toThrow();
  });

  it('that throws refuses', async () => {
    const broken = rule('broken', { cache: 'no_cache' })(() => {
      throw new Error('broken');
    });
    expect(codeOf(await askClosed(broken, someone))).toBe('FORBIDDEN');
    expect(resolveClosed).not.toHaveBeenCalled();
  });

  it('of ours that throws refuses and says why', async () => {
    const withoutRedis = { ...someone, hasScope: () => Promise.reject(unavailable('Redis')) };
    expect(codeOf(await askClosed(scoped('BANK'), withoutRedis))).toBe('UPSTREAM_UNAVAILABLE');
    // There is no user above a field of Query.
    const error = errorOf(await askClosed(self, someone));
    expect(error).toMatchObject({ message: 'the rule self failed', cause: expect.any(TypeError) as unknown });
    expect(resolveClosed).not.toHaveBeenCalled();
  });
});

describe('a subscription', () => {
  it('with both subscribe and resolve is refused before its stream starts', async () => {
    expect(codeOf(await start(guarded, 'ticks', anonymous))).toBe('UNAUTHENTICATED');
    expect(startTicks).not.toHaveBeenCalled();
    expect(await firstOf(await start(guarded, 'ticks', someone))).toEqual({ data: { ticks: 'tick' } });
  });

  it('with both, guarded by the library alone, starts for anyone', async () => {
    const stream = await start(shielded, 'ticks', anonymous);
    expect(startTicks).toHaveBeenCalledOnce();
    expect(await firstOf(stream)).toMatchObject({ errors: [{ message: 'denied' }] });
  });

  it('with subscribe alone is refused there, and where it is executed instead', async () => {
    expect(codeOf(await start(guarded, 'beeps', anonymous))).toBe('UNAUTHENTICATED');
    expect(startBeeps).not.toHaveBeenCalled();
    expect(await firstOf(await start(guarded, 'beeps', someone))).toEqual({ data: { beeps: 'beep' } });

    const executed = (schema: GraphQLSchema) =>
      execute({ schema, document: parse('subscription { beeps }'), contextValue: contextOf(anonymous) });
    expect(codeOf(await executed(guarded))).toBe('UNAUTHENTICATED');
    expect(await executed(shielded)).toEqual({ data: { beeps: null } });
  });
});

it('leaves the schema it is given, and the contract, as they are', () => {
  expect(doorsOf(open)).toEqual(before);
  expect(printSchema(guarded)).toBe(printSchema(open));
});

const contextOf = (viewer: Viewer) => ({ viewer, provenUserIds: new Set() });

function ask(schema: GraphQLSchema, source: string, viewer: Viewer): Promise<ExecutionResult> {
  return graphql({ schema, source, contextValue: contextOf(viewer) });
}

type Started = AsyncGenerator<ExecutionResult, undefined> | ExecutionResult;

async function start(schema: GraphQLSchema, field: string, viewer: Viewer): Promise<Started> {
  const document = parse(`subscription { ${field} }`);
  return (await subscribe({ schema, document, contextValue: contextOf(viewer) })) as Started;
}

async function firstOf(started: Started): Promise<unknown> {
  if (!(Symbol.asyncIterator in started)) throw new Error('no stream', { cause: started.errors });
  const event = await started.next();
  await started.return(undefined);
  return event.value;
}

function errorOf(answer: Started): Error | undefined {
  return 'errors' in answer ? answer.errors[0]?.originalError : undefined;
}

function codeOf(answer: Started): string | undefined {
  const error = errorOf(answer);
  return error instanceof DomainError ? error.code : error?.message;
}

async function* events(event: unknown): AsyncGenerator {
  yield await Promise.resolve(event);
}

function doorsOf(schema: GraphQLSchema): readonly unknown[] {
  const doors: unknown[] = [];
  forEachField(schema, (type, name, { resolve, subscribe }) => doors.push([type, name, resolve, subscribe]));
  return doors;
}

function fieldOf(schema: GraphQLSchema, typeName: string, name: string) {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  if (field === undefined) throw new Error(`no field ${typeName}.${name}`);
  return field;
}
