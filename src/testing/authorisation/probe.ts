import {
  defaultFieldResolver,
  isObjectType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { Scope } from '../../auth/viewer.ts';
import type { Context } from '../../context/context.ts';
import { DomainError } from '../../errors/domain-error.ts';
import { forEachField } from '../../graphql/authorise.ts';
import { callers, ownerIdOf, viewerOf, type Caller, type CallerName } from './callers.ts';
import { createTripwire } from './tripwire.ts';

/** One way into a field: what it answers, or the stream that a subscription starts. */
export interface ProbedDoor {
  readonly type: string;
  readonly field: string;
  readonly door: 'resolve' | 'subscribe';
  readonly verdicts: Readonly<Record<CallerName, Verdict>>;
}

/** `allowed`, the refusal's code, or `STEP_UP_REQUIRED (<scopes>), then <verdict>`. */
export type Verdict = string;

type AnyField = GraphQLField<unknown, Context>;
type Resolve = GraphQLFieldResolver<unknown, Context>;

interface Door {
  readonly type: string;
  readonly field: string;
  readonly door: ProbedDoor['door'];
  readonly call: Resolve;
  /** Fields of root types have nothing above them, but for the events of a stream. */
  readonly hasParent: boolean;
}

const refusals: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'STEP_UP_REQUIRED']);

/**
 * Calls both doors of every field of a guarded schema as every caller. Without I/O: a caller who reaches the resolver,
 * whatever that does then, is `allowed`. Throws where a field neither lets through nor refuses.
 */
export async function probe(schema: GraphQLSchema): Promise<readonly ProbedDoor[]> {
  const doors: Door[] = [];
  forEachField(schema, (type, _name, field) => doors.push(...doorsOf(schema, type, field)));
  return Promise.all(doors.map(probeDoor));
}

/** The same for one field. */
export async function probeField(
  schema: GraphQLSchema,
  typeName: string,
  name: string,
): Promise<readonly ProbedDoor[]> {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  if (field === undefined) throw new Error(`the schema has no field ${typeName}.${name}`);
  return Promise.all(doorsOf(schema, typeName, field as AnyField).map(probeDoor));
}

function doorsOf(schema: GraphQLSchema, type: string, field: AnyField): readonly Door[] {
  const isStream = schema.getSubscriptionType()?.name === type;
  const isRoot = isStream || [schema.getQueryType()?.name, schema.getMutationType()?.name].includes(type);
  const common = { type, field: field.name };
  const resolve: Door = {
    ...common,
    door: 'resolve',
    call: field.resolve ?? defaultFieldResolver,
    hasParent: isStream || !isRoot,
  };
  if (field.subscribe === undefined) return [resolve];
  return [{ ...common, door: 'subscribe', call: field.subscribe, hasParent: false }, resolve];
}

async function probeDoor(door: Door): Promise<ProbedDoor> {
  const { type, field } = door;
  const verdicts = await Promise.all(
    callers.map(async (caller) => [caller.name, await verdictOn(door, caller)] as const),
  );
  return {
    type,
    field,
    door: door.door,
    verdicts: Object.fromEntries(verdicts) as Record<CallerName, Verdict>,
  };
}

/** Opens the scopes that a refusal asks for, so that the verdict also says what would come after. */
async function verdictOn(door: Door, caller: Caller): Promise<Verdict> {
  const open = new Set<Scope>();
  for (;;) {
    const asked = new Set<Scope>();
    const verdict = await callOnce(door, caller, open, asked);
    if (verdict !== 'STEP_UP_REQUIRED') {
      return open.size === 0 ? verdict : `STEP_UP_REQUIRED (${[...open].join(', ')}), then ${verdict}`;
    }
    const wanted = [...asked].filter((scope) => !open.has(scope));
    if (wanted.length === 0) throw unexpected(door, caller, 'is asked to step up, but to no scope');
    for (const scope of wanted) open.add(scope);
  }
}

async function callOnce(
  door: Door,
  caller: Caller,
  open: ReadonlySet<Scope>,
  asked: Set<Scope>,
): Promise<Verdict> {
  const wire = createTripwire();
  const ownerId = ownerIdOf(caller);
  const parent = door.hasParent ? wire.around('parent', { id: ownerId, userId: ownerId }) : undefined;
  const context = wire.around('context', {
    viewer: viewerOf(caller, open, asked),
    provenUserIds: new Set(caller.proven ? [ownerId] : []),
    // Where shield keeps its caches; it looks before it writes.
    _shield: undefined,
  });
  const info = wire.around('info', { fieldName: door.field });

  const outcome = await outcomeOf(() =>
    door.call(parent, wire.around('args', {}), context as Context, info as GraphQLResolveInfo),
  );
  if (!(outcome instanceof Error) || wire.threw(outcome)) return 'allowed';
  // A rule that looked at what the probe does not have might say something else in a request.
  const lacked = wire.touched.length === 0 ? '' : `; it looked at ${wire.touched.join(', ')}`;
  if (!isRefusal(outcome) || lacked !== '') {
    throw unexpected(
      door,
      caller,
      `is neither let through nor refused: ${outcome.message}${lacked}`,
      outcome,
    );
  }
  return outcome.code;
}

const isRefusal = (error: Error): error is DomainError =>
  error instanceof DomainError && refusals.has(error.code);

/** An error thrown and an error returned are the same to GraphQL. */
async function outcomeOf(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error instanceof Error ? error : new Error('something thrown is not an error', { cause: error });
  }
}

function unexpected({ type, field, door }: Door, caller: Caller, what: string, cause?: Error): Error {
  return new Error(`${type}.${field} (${door}): ${caller.name} ${what}`, { cause });
}
