import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Kind, OperationTypeNode, parse, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { describe, expect, it } from 'vitest';
import { createKeptPlans } from './kept-plans.ts';
import type { PlannedField, Plan } from './plan.ts';

const operation = (): OperationDefinitionNode => ({
  kind: Kind.OPERATION_DEFINITION,
  operation: OperationTypeNode.QUERY,
  selectionSet: { kind: Kind.SELECTION_SET, selections: [] },
});
const planOf = (fields: number): Plan => ({
  selections: [],
  fields: Array.from({ length: fields }, () => ({}) as PlannedField),
  rootWeight: 0,
});

describe('plans that are kept', () => {
  it('are one for each way of each operation', () => {
    const plans = createKeptPlans(100);
    const [one, other] = [operation(), operation()];
    const [yes, no] = [planOf(1), planOf(2)];
    plans.set(one, '1', yes);
    plans.set(one, '0', no);
    expect(plans.get(one, '1')).toBe(yes);
    expect(plans.get(one, '0')).toBe(no);
    expect(plans.get(one, '-')).toBeUndefined();
    expect(plans.get(other, '1')).toBeUndefined();
  });

  it('are those that were asked for last, of so many fields in all', () => {
    const plans = createKeptPlans(30);
    const some = [operation(), operation(), operation()] as const;
    for (const each of some.slice(0, 2)) plans.set(each, '', planOf(10));
    plans.get(some[0], '');
    plans.set(some[2], '', planOf(10));
    expect(some.map((each) => plans.get(each, '') !== undefined)).toEqual([true, false, true]);
  });

  it('are not those that are larger than all that is kept', () => {
    const plans = createKeptPlans(30);
    const one = operation();
    plans.set(one, '', planOf(30));
    expect(plans.get(one, '')).toBeUndefined();
  });

  it('give way to another of the same way', () => {
    const plans = createKeptPlans(30);
    const one = operation();
    const later = planOf(3);
    plans.set(one, '', planOf(2));
    plans.set(one, '', later);
    expect(plans.get(one, '')).toBe(later);
  });
});

describe('a document whose operation has a plan', () => {
  it('is not held by it', async () => {
    const plans = createKeptPlans(1_000);
    expect(await heldAfter((each, plan) => plans.set(each, '', plan))).toBe(0);
  });

  it('is held where plans are kept by themselves: the control', async () => {
    const plans = new LRUCache<string, Plan>({ max: 1_000 });
    expect(await heldAfter((each, plan) => plans.set(each.name?.value ?? '', plan))).toBe(documents);
    expect(plans.size).toBe(documents);
  });
});

const documents = 20;

/** How many of the documents are still there when only what keeps their plans is. */
async function heldAfter(keep: (operation: OperationDefinitionNode, plan: Plan) => void): Promise<number> {
  const refs = Array.from({ length: documents }, (_, index) => {
    const document = parse(`query Q${index} { a(b: 1) }`);
    const [definition] = document.definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('It is an operation.');
    const [node] = definition.selectionSet.selections;
    // As a plan does, for what the arguments of a field come to.
    const field = { read: () => ({ weight: node?.loc?.start ?? 0, size: 1 }) } as unknown as PlannedField;
    keep(definition, { selections: [], fields: [field], rootWeight: 0 });
    return new WeakRef(document.loc?.source ?? document);
  });
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  // What was made or looked at in a turn is held until its end.
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise(setImmediate);
    collect();
  }
  return refs.filter((ref) => ref.deref() !== undefined).length;
}
