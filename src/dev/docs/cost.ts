import {
  getNamedType,
  isCompositeType,
  isIntrospectionType,
  isObjectType,
  type GraphQLSchema,
} from 'graphql';
import { toPoints } from '../../cost/cost.ts';
import { createWeights, type FieldWeight, type ListSize } from '../../cost/weights.ts';
import { createSchema } from '../../graphql/schema.ts';
import { code, table, type Draft } from './markdown.ts';

/** An operation whose cost is worked out by hand; a test reckons it as the gateway does. */
export const costExample = {
  document: `query Catalogue($first: Int = 10) {
  products(first: $first) {
    nodes {
      name
      price { amount currencyCode }
      inventory { status }
    }
    totalCount
  }
}`,
  lines: [
    ['`Query`, where it starts', 1],
    ['the call of `products`, and its `ProductConnection`', 2],
    ['the call of `nodes`', 1],
    ['10 × `Product`', 10],
    ['10 × the call of `price`, and 10 × `Money`', 20],
    ['10 × the call of `inventory`, which weighs 3, and 10 × `Inventory`', 40],
    ['the call of `totalCount`, which weighs 50', 50],
  ],
  units: 124,
} as const;

export function costDraft(): Draft {
  const schema = createSchema();
  return {
    title: 'What operations cost',
    about:
      'Before an operation runs, the gateway reckons the most that it can cost; afterwards it gives back what the answer did not take. The unit and the directives are those of the GraphQL cost directives specification.',
    parts: [
      '## How it is reckoned',
      [
        '1. Every call of a field that leads to objects weighs 1, and every object weighs 1; numbers, texts and other leaves weigh nothing. `@cost` in the schema says otherwise where more has to be done: [the table](#what-weighs-more).',
        '2. What is below a list counts once for each item that the list can have: as many as `first` says, with the value of its variable or a default, 20 where it says nothing, as many as there are `ids`, or what `@listSize` says of the field.',
        '3. An input object weighs 1; its fields and arguments weigh what `@cost` says, once for each item of a list.',
        '4. An interface or a union weighs what the dearest of its types does. What is skipped weighs nothing. What is asked for twice under the same name counts once, as it is answered once; under another alias it counts again.',
        '5. The actual cost is the same of the answer: lists as long as they are, and nothing below a null. It is never more than the estimate.',
        '6. A `first` outside of 1 to 100 is refused with `BAD_USER_INPUT`, before anything runs.',
        '7. Clients see **points**: a hundred units each, rounded up, and never less than 1.',
      ].join('\n'),
      '## An example',
      `\`\`\`graphql\n${costExample.document}\n\`\`\``,
      table(
        ['What', 'Units'],
        [
          ...costExample.lines.map(([what, units]) => [what, String(units)]),
          ['In all', String(costExample.units)],
        ],
      ),
      `That is ${toPoints(costExample.units)} points. With the variable \`{ "first": 100 }\` it is ten times as many products.`,
      '## What weighs more',
      'The weight of a call, in units, where it is not 1 for objects and 0 for leaves. `UserError` weighs nothing.',
      table(['Field', 'Weight'], weightRows(schema)),
      '## How long lists can be',
      'What is not here has no items that weigh anything.',
      table(['Field', 'Items at most', 'Where nothing is said'], listRows(schema)),
    ],
  };
}

function weightRows(schema: GraphQLSchema): readonly (readonly string[])[] {
  return everyField(schema)
    .filter(({ isComposite, field }) => field.weight !== (isComposite ? 1 : 0))
    .map(({ name, field }) => [code(name), String(field.weight)]);
}

function listRows(schema: GraphQLSchema): readonly (readonly string[])[] {
  return everyField(schema).flatMap(({ name, field: { listSize } }) =>
    listSize === undefined
      ? []
      : [[code(name), mostOf(listSize), listSize.slicingArguments.length === 0 ? '–' : fallbackOf(listSize)]],
  );
}

const mostOf = ({ assumedSize, slicingArguments }: ListSize) =>
  slicingArguments.length === 0 ? String(assumedSize) : slicingArguments.map(code).join(', ');

const fallbackOf = ({ assumedSize }: ListSize) =>
  assumedSize === undefined ? 'refused' : String(assumedSize);

interface NamedField {
  readonly name: string;
  readonly isComposite: boolean;
  readonly field: FieldWeight;
}

function everyField(schema: GraphQLSchema): readonly NamedField[] {
  const weights = createWeights(schema);
  const objects = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isIntrospectionType(type));
  return objects.flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({
      name: `${type.name}.${field.name}`,
      isComposite: isCompositeType(getNamedType(field.type)),
      field: weights.ofField(type, field),
    })),
  );
}
