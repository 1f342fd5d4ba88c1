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
import { pricesOfClients } from '../../testing/clients/prices.ts';
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
    ['10 × the call of `price`, which weighs nothing, and 10 × `Money`, which weighs 0.25', 2.5],
    ['10 × the call of `inventory`, which weighs 3, and 10 × `Inventory`', 40],
    ['the call of `totalCount`, which weighs 50', 50],
  ],
  units: 106.5,
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
        '1. Every call of a field that leads to objects weighs 1, and every object weighs 1; numbers, texts and other leaves weigh nothing. `@cost` in the schema says otherwise where more has to be done: [the table](#what-weighs-more-or-less).',
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
      '## What clients pay',
      'In points. What is _taken_ before an operation is executed, and what it _costs_ where its lists are as long as they mostly are: a cart of 4 products, orders of 3, an account with one loan. The difference is given back with the answer. Who clicks through an app pays what it costs, and needs to have left what is taken.',
      priceTable(schema),
      '## What weighs more or less',
      'The weight of a call, in units, where it is not 1 for objects and 0 for leaves; and of an object, where it is not 1. What lies in the row of another object weighs less than what has to be looked up, and what is written more: its row is kept, and others learn of it.',
      table(['Field', 'Weight'], weightRows(schema)),
      table(['Type', 'Weight'], typeRows(schema)),
      '## How long lists can be',
      'What is not here has no items that weigh anything.',
      table(['Field', 'Items at most', 'Where nothing is said'], listRows(schema)),
    ],
  };
}

/** The dearest first; those of one or two points are counted alone. */
function priceTable(schema: GraphQLSchema): string {
  const prices = pricesOfClients(schema);
  const dear = prices.filter(({ estimate }) => estimate > 2);
  const others = prices.length - dear.length;
  const cheap = prices.filter(({ estimate }) => estimate === 1).length;
  const rows = dear
    .toSorted((one, other) => other.estimate - one.estimate)
    .map(({ name, about, estimate, usual }) => [name, about, String(estimate), String(usual)]);
  return [
    table(['What', 'Who asks, or for what', 'Taken', 'Costs'], rows),
    `Of the other ${others}, ${cheap} cost one point, and ${others - cheap} two: most of what writes, and pages of 20.`,
  ].join('\n\n');
}

function weightRows(schema: GraphQLSchema): readonly (readonly string[])[] {
  return everyField(schema)
    .filter(({ isComposite, field }) => field.weight !== (isComposite ? 1 : 0))
    .map(({ name, field }) => [code(name), String(field.weight)]);
}

function typeRows(schema: GraphQLSchema): readonly (readonly string[])[] {
  const weights = createWeights(schema);
  return objectsOf(schema)
    .filter((type) => weights.ofType(type) !== 1)
    .map((type) => [code(type.name), String(weights.ofType(type))]);
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
  return objectsOf(schema).flatMap((type) =>
    Object.values(type.getFields()).map((field) => ({
      name: `${type.name}.${field.name}`,
      isComposite: isCompositeType(getNamedType(field.type)),
      field: weights.ofField(type, field),
    })),
  );
}

const objectsOf = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isIntrospectionType(type));
