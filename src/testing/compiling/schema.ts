import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError, GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { DomainError } from '../../errors/domain-error.ts';

const typeDefs = `
  scalar Day
  enum Color { RED GREEN }
  input Either @oneOf { id: ID name: String }
  input Size { width: Int! = 3, height: Int, of: [Color!] }
  interface Thing { id: ID! color(shade: Int = 2): String }
  type Pot implements Thing { id: ID! color(shade: Int = 2): String lid: String }
  type Pan implements Thing { id: ID! color(shade: Int = 2): String handles: Int! }
  type Row { id: ID! must: String! may: String rows: [Row!] row: Row thrown: String! }
  type Query {
    echo(text: String = "none", day: Day, color: Color, size: Size, list: [Int!], must: Int! = 7): String
    either(by: Either!): String
    thing(kind: String): Thing
    things: [Thing]
    row(id: ID! = "r", broken: Boolean): Row
    rows(count: Int = 2, promised: Boolean): [Row]
    fails(how: String): String
    number: Int
    must: String!
    lazy: Row
    forgotten: Thing
  }
  type Mutation { fails: String }
`;

/** Names of the fields that have failed. */
export const calls: string[] = [];
/** What `Query.fails` throws, by its argument. */
export const failures: Readonly<Record<string, () => unknown>> = {
  domain: () => new DomainError('NOT_FOUND', 'There is none.', { details: { hint: 'look' } }),
  refused: () => new GraphQLError('No.', { extensions: { code: 'FORBIDDEN', more: 1 } }),
  status: () => new GraphQLError('No.', { extensions: { code: 'FORBIDDEN', http: { status: 418 } } }),
  plain: () => new Error('secret'),
  text: () => 'secret',
  abort: () => undefined,
};
const fail = (how: string): never => {
  AbortSignal.abort(failures[how]?.()).throwIfAborted();
  throw new Error('unreachable');
};
const rowOf = (id: string): object => ({
  id,
  must: id === 'broken' ? null : `must ${id}`,
  may: Promise.resolve(`may ${id}`),
  rows: () => ['1', '2'].map((each) => rowOf(each)),
  row: id === 'leaf' ? null : Promise.resolve({ id: 'leaf', must: 'm', may: 'm' }),
});
const day = new GraphQLScalarType<Date, string>({
  name: 'Day',
  serialize: String,
  parseValue: (value) => new Date(`${String(value)}T00:00:00Z`),
  parseLiteral: (node) => new Date(`${'value' in node ? String(node.value) : ''}T00:00:00Z`),
});
const resolvers = {
  Day: day,
  Query: {
    echo: (_: unknown, args: Readonly<Record<string, unknown>>) =>
      JSON.stringify(args, Object.keys(args).concat(['width', 'height', 'of']).toSorted()) +
      String(args['day'] instanceof Date),
    either: (_: unknown, { by }: { by: object }) => JSON.stringify(by),
    thing: (_: unknown, { kind = 'Pot' }) => Promise.resolve({ __typename: kind, id: '1', handles: 2 }),
    things: () => [{ __typename: 'Pan', id: '1' }, null, { __typename: 'Pot', id: '3', lid: 'lid' }],
    row: (_: unknown, { id, broken }: { id: string; broken?: boolean }) => rowOf(broken ? 'broken' : id),
    rows: (_: unknown, { count, promised }: { count: number; promised?: boolean }) =>
      Array.from({ length: count }, (_each, index) => {
        const failed = index === 1 ? Promise.reject(new DomainError('CONFLICT', 'Not this one.')) : undefined;
        return promised ? (failed ?? Promise.resolve(rowOf(String(index)))) : (failed ?? rowOf('x'));
      }),
    fails: (_: unknown, { how = 'domain' }) => (calls.push('fails'), fail(how)),
    number: () => 'no number',
    must: () => null,
    lazy: () => ({ id: () => 'called', must: 'm', may: null }),
    forgotten: () => Promise.resolve({ id: '1' }),
  },
  Thing: {},
  Pot: { color: (_: unknown, { shade }: { shade: number }) => `pot ${shade}` },
  Pan: { color: (_: unknown, { shade }: { shade: number }) => `pan ${shade}` },
  Row: {
    may: (row: { may: unknown }) => row.may,
    thrown: () => fail('domain'),
    rows: (row: { rows?: () => unknown }) => row.rows?.() ?? null,
  },
  Mutation: { fails: () => fail('domain') },
};

/** A schema with whatever compilers have trouble with. */
export const schemaOf = (more: Parameters<typeof makeExecutableSchema>[0]['resolvers'] = {}): GraphQLSchema =>
  makeExecutableSchema({ typeDefs, resolvers: [resolvers, more].flat() });
