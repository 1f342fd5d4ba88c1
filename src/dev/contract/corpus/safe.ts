import { changesOf } from './schema-change.ts';

export const safeChanges = changesOf('safe', {
  nothing: ['type A { b: Int }', 'type A { b: Int }'],
  'a description changes': ['"Old." type A { "Old." b: Int }', '"New." type A { "New." b: Int }'],
  'the order of fields changes': ['type A { b: Int c: Int }', 'type A { c: Int b: Int }'],
  'the fields of a default are written in another order': [
    'input A { b: Int c: Int } type D { e(f: A = { b: 1, c: 2 }): Int }',
    'input A { b: Int c: Int } type D { e(f: A = { c: 2, b: 1 }): Int }',
  ],
  'a default of one is written as a list': ['input A { b: [Int!] = 1 }', 'input A { b: [Int!] = [1] }'],
  'a type is added': ['type A { b: Int }', 'type A { b: Int } type C { d: Int }'],
  'a type with a global id is added': [
    'type Query { node: Node } interface Node { id: ID! } type A implements Node { id: ID! }',
    'type Query { node: Node } interface Node { id: ID! } type A implements Node { id: ID! } type B implements Node { id: ID! }',
  ],
  'a field is added': ['type A { b: Int }', 'type A { b: Int c: Int }'],
  'a field with a required argument is added': ['type A { b: Int }', 'type A { b: Int c(d: Int!): Int }'],
  'a root is added': [
    'type Event { b: Int }',
    'schema { query: Query subscription: Event } type Event { b: Int }',
  ],
  'a field is never null any more': ['type A { b: Int }', 'type A { b: Int! }'],
  'an item of a list is never null any more': ['type A { b: [Int] }', 'type A { b: [Int!]! }'],
  'an argument may be left out': ['type A { b(c: Int!): Int }', 'type A { b(c: Int): Int }'],
  'an input field may be left out': ['input A { b: Int! }', 'input A { b: Int }'],
  'an input field takes one or many': ['input A { b: [Int!]! }', 'input A { b: [Int] }'],
  'a required argument gets a default': ['type A { b(c: Int!): Int }', 'type A { b(c: Int! = 1): Int }'],
  'a required input field gets a default': ['input A { b: Int! }', 'input A { b: Int! = 1 }'],
  'an input takes any of its fields': ['input A @oneOf { b: Int c: Int }', 'input A { b: Int c: Int }'],
  'a field is deprecated with a reason and a day': [
    'type A { b: Int c: Int }',
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2027-01-31.") }',
  ],
  'a new field is deprecated from the start': [
    'type A { b: Int }',
    'type A { b: Int c: Int @deprecated(reason: "For old apps, until 2027-01-31.") }',
  ],
  'a deprecated field stays longer': [
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2027-01-31.") }',
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2027-06-30.") }',
  ],
  'a deprecated field is kept after all': [
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2027-01-31.") }',
    'type A { b: Int c: Int }',
  ],
  'a field is removed on its day': [
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2026-11-22.") }',
    'type A { b: Int }',
  ],
  'an argument is removed after its day': [
    'type A { b(c: Int @deprecated(reason: "Of no use, until 2026-11-01.")): Int }',
    'type A { b: Int }',
  ],
  'an input field is removed after its day': [
    'input A { b: Int c: Int @deprecated(reason: "Of no use, until 2026-11-01.") }',
    'input A { b: Int }',
  ],
  'an enum value is removed after its day': [
    'enum A { B C @deprecated(reason: "Never used, until 2026-11-01.") }',
    'enum A { B }',
  ],
  'a field is removed after its day, and with it the types that only it led to': [
    'type Query { ok: Int a: A @deprecated(reason: "Use ok, until 2026-11-01.") } type A { b: B } type B { a: A }',
    'type Query { ok: Int }',
  ],
  'a note of the server to itself is added': [
    'type A { b: Int }',
    'directive @cost(weight: String!) on FIELD_DEFINITION type A { b: Int @cost(weight: "5") }',
  ],
  'a note of the server to itself changes': [
    'directive @cost(weight: String!) on FIELD_DEFINITION type A { b: Int @cost(weight: "5") }',
    'directive @cost(weight: String!) on FIELD_DEFINITION type A { b: Int @cost(weight: "6") }',
  ],
  'a note of the server to itself is removed': [
    'directive @cost(weight: String!) on FIELD_DEFINITION type A { b: Int @cost(weight: "5") }',
    'type A { b: Int }',
  ],
  'a directive of operations is added': ['', 'directive @mask on FIELD'],
});
