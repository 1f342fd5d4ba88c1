import { changesOf } from './schema-change.ts';

export const breakingChanges = changesOf('breaking', {
  'a type is removed': ['type Query { a: A } type A { b: Int }', 'type Query { a: Int }'],
  'a type becomes an interface': ['type A { b: Int }', 'interface A { b: Int }'],
  'a scalar becomes an enum': ['scalar Currency', 'enum Currency { EUR }'],
  'a type is renamed': ['type Query { a: A } type A { b: Int }', 'type Query { a: B } type B { b: Int }'],
  'a field is removed': ['type A { b: Int c: Int }', 'type A { b: Int }'],
  'a field is removed that was deprecated without a day': [
    'type A { b: Int c: Int @deprecated(reason: "Use b.") }',
    'type A { b: Int }',
  ],
  'a field is removed before its day': [
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2026-11-23.") }',
    'type A { b: Int }',
  ],
  'a field is removed whose day there is not': [
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2026-02-30.") }',
    'type A { b: Int }',
  ],
  'a field is removed on its day, and with it a type that something else leads to': [
    'type Query { a: A @deprecated(reason: "Use b, until 2026-11-01.") b: B } type B { a: A } type A { c: Int }',
    'type Query { b: B } type B { c: Int }',
  ],
  'a field is removed on its day, and with it a type that its interface leads to': [
    'type Query { node: Node a: A @deprecated(reason: "Use node, until 2026-11-01.") } interface Node { id: ID! } type A implements Node { id: ID! }',
    'type Query { node: Node } interface Node { id: ID! }',
  ],
  'the case of a field changes': ['type A { userId: ID }', 'type A { userID: ID }'],
  'a field may be null': ['type A { b: Int! }', 'type A { b: Int }'],
  'an item of a list may be null': ['type A { b: [Int!]! }', 'type A { b: [Int]! }'],
  'a field becomes a list': ['type A { b: Int }', 'type A { b: [Int] }'],
  'a field becomes another scalar': ['type A { b: Int }', 'type A { b: Float }'],
  'a field becomes the interface of what it was': [
    'type Query { a: A } interface I { b: Int } type A implements I { b: Int }',
    'type Query { a: I } interface I { b: Int } type A implements I { b: Int }',
  ],
  'a required argument is added': ['type A { b: Int }', 'type A { b(c: Int!): Int }'],
  'an argument is removed': ['type A { b(c: Int): Int }', 'type A { b: Int }'],
  'an argument becomes required': ['type A { b(c: Int): Int }', 'type A { b(c: Int!): Int }'],
  'an argument with a default refuses null': [
    'type A { b(c: Int = 1): Int }',
    'type A { b(c: Int! = 1): Int }',
  ],
  'an argument becomes required and loses its default': [
    'type A { b(c: Int = 1): Int }',
    'type A { b(c: Int!): Int }',
  ],
  'a required argument loses its default': ['type A { b(c: Int! = 1): Int }', 'type A { b(c: Int!): Int }'],
  'a required input field is added': ['input A { b: Int }', 'input A { b: Int c: Int! }'],
  'an input field is removed': ['input A { b: Int c: Int }', 'input A { b: Int }'],
  'an input field becomes required': ['input A { b: Int }', 'input A { b: Int! }'],
  'a required input field loses its default': ['input A { b: Int! = 1 }', 'input A { b: Int! }'],
  'an item of an input list becomes required': ['input A { b: [Int] }', 'input A { b: [Int!] }'],
  'an input takes only one of its fields': ['input A { b: Int c: Int }', 'input A @oneOf { b: Int c: Int }'],
  'an enum value is removed': ['enum A { B C }', 'enum A { B }'],
  'a member of a union is removed': [
    'union U = A | B type A { c: Int } type B { c: Int }',
    'union U = A type A { c: Int } type B { c: Int }',
  ],
  'an interface is implemented no more': [
    'interface I { b: Int } type A implements I { b: Int }',
    'interface I { b: Int } type A { b: Int }',
  ],
  'mutations end, though their type stays': [
    'schema { query: Query mutation: Change } type Change { b: Int }',
    'schema { query: Query } type Change { b: Int }',
  ],
  'a directive of operations is removed': ['directive @mask on FIELD', ''],
  'a directive of operations takes another type': [
    'directive @mask(with: String) on FIELD',
    'directive @mask(with: Int) on FIELD',
  ],
  'a required argument of a directive of operations loses its default': [
    'directive @mask(with: String! = "x") on FIELD',
    'directive @mask(with: String!) on FIELD',
  ],
});
