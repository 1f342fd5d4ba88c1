import type { Plan, PlannedField, PlannedSelection } from './plan.ts';

/** What the fields of a plan come to with the values of one request, by their `index`. */
interface Prices {
  readonly plan: Plan;
  /** Units of each call of the field, arguments included; its answer is not. */
  readonly own: Float64Array;
  /** How long a list it answers at most, or its sized fields do. */
  readonly sizes: Float64Array;
}

/** Beyond it numbers are not exact, and nobody could pay it. */
const most = Number.MAX_SAFE_INTEGER;

/** Throws `BAD_USER_INPUT` for a list of a size that cannot be. */
export function priceOf(plan: Plan, variables: Readonly<Record<string, unknown>>): Prices {
  const own = new Float64Array(plan.fields.length);
  const sizes = new Float64Array(plan.fields.length);
  for (const { index, field, read } of plan.fields) {
    const { weight, size } = read(variables);
    // Arguments may make a field cheaper, but not cheaper than nothing.
    own[index] = Math.max(0, field.weight + weight);
    sizes[index] = size;
  }
  return { plan, own, sizes };
}

/** The most units that an answer can take: every list as long as it can be, every object of the dearest type. */
export function estimate({ plan, own, sizes }: Prices): number {
  // Of each selection, for the selections around it: what it takes in any case, and for each item of its sized fields.
  const fixed = new Float64Array(plan.selections.length);
  const perItem = new Float64Array(plan.selections.length);

  /** Of one answered object or leaf. */
  function dearest({ targets, leafWeight }: PlannedField, size: number): number {
    let units = leafWeight;
    for (const { weight, selection } of targets) {
      units = Math.max(units, weight + (fixed[selection] ?? 0) + size * (perItem[selection] ?? 0));
    }
    return units;
  }

  plan.selections.forEach(({ fields }, place) => {
    let always = 0;
    let each = 0;
    for (const planned of fields) {
      const { index, field, isSized } = planned;
      const size = sizes[index] ?? 1;
      const isSizing = (field.listSize?.sizedFields.length ?? 0) > 0;
      const units = dearest(planned, isSizing ? size : 1);
      always += own[index] ?? 0;
      if (isSized) each += units;
      else always += field.isList ? size * units : units;
    }
    fixed[place] = Math.min(always, most);
    perItem[place] = Math.min(each, most);
  });
  return Math.min(plan.rootWeight + (fixed.at(-1) ?? 0), most);
}

/**
 * The units that went into an answer. Of what is null or missing the field alone is counted: it was called. All fields of
 * the root were, also where a null below has blanked everything.
 */
export function actual({ plan, own }: Prices, data: unknown): number {
  function ofObject({ fields }: PlannedSelection, object: Answer): number {
    return fields.reduce(
      (sum, planned) => sum + (own[planned.index] ?? 0) + ofValue(planned, object[planned.key]),
      0,
    );
  }

  function ofValue(planned: PlannedField, value: unknown): number {
    if (value == null) return 0;
    if (!planned.field.isList || !Array.isArray(value)) return ofItem(planned, value);
    return value.reduce<number>((sum, item) => sum + ofItem(planned, item), 0);
  }

  function ofItem({ targets, leafWeight }: PlannedField, item: unknown): number {
    if (item == null) return 0;
    if (!isAnswer(item)) return leafWeight;
    const [only] = targets;
    const target = targets.length === 1 ? only : targets.find(({ selection }) => fits(selection, item));
    const selection = target === undefined ? undefined : plan.selections[target.selection];
    return selection === undefined ? leafWeight : (target?.weight ?? 0) + ofObject(selection, item);
  }

  /** An answer that does not tell its type tells its fields: types that share them all take about the same. */
  function fits(selection: number, item: Answer): boolean {
    const { type, fields } = plan.selections[selection] ?? { type: '', fields: [] };
    return (
      fields.length === Object.keys(item).length &&
      fields.every(({ key, isTypename }) => (isTypename ? item[key] === type : key in item))
    );
  }

  const root = plan.selections.at(-1);
  return plan.rootWeight + (root === undefined ? 0 : ofObject(root, isAnswer(data) ? data : {}));
}

type Answer = Readonly<Record<string, unknown>>;

function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null;
}
