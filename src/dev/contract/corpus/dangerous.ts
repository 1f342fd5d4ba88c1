import { changesOf } from './schema-change.ts';

export const dangerousChanges = changesOf('dangerous', {
  'an enum value is added': ['type Query { a: A } enum A { B }', 'type Query { a: A } enum A { B C }'],
  'a member of a union is added': [
    'union U = A type A { c: Int } type B { c: Int }',
    'union U = A | B type A { c: Int } type B { c: Int }',
  ],
  'a type that there was implements an interface': [
    'interface I { b: Int } type A { b: Int }',
    'interface I { b: Int } type A implements I { b: Int }',
  ],
  'a new type implements an interface': [
    'type Query { i: I } interface I { b: Int } type A implements I { b: Int }',
    'type Query { i: I } interface I { b: Int } type A implements I { b: Int } type C implements I { b: Int }',
  ],
  'an argument is added that may be left out': ['type A { b: Int }', 'type A { b(c: Int): Int }'],
  'an argument is added with a default': ['type A { b: [Int] }', 'type A { b(first: Int! = 20): [Int] }'],
  'an input field is added that may be left out': ['input A { b: Int }', 'input A { b: Int c: Int }'],
  'an input field is added with a default': ['input A { b: Int }', 'input A { b: Int c: Int! = 1 }'],
  'the default of an argument changes': ['type A { b(c: Int = 1): Int }', 'type A { b(c: Int = 2): Int }'],
  'the default of a list changes its order': [
    'type A { b(c: [Int!] = [1, 2]): Int }',
    'type A { b(c: [Int!] = [2, 1]): Int }',
  ],
  'the default of an argument becomes null': [
    'type A { b(c: Int = 1): Int }',
    'type A { b(c: Int = null): Int }',
  ],
  'the default of an argument is removed': ['type A { b(c: Int = 1): Int }', 'type A { b(c: Int): Int }'],
  'a default is given to an argument': ['type A { b(c: Int): Int }', 'type A { b(c: Int = 1): Int }'],
  'the default of an input field changes': ['input A { b: Int = 1 }', 'input A { b: Int = 2 }'],
  'the default of an input field is removed': ['input A { b: Int = 1 }', 'input A { b: Int }'],
  'a default is given to an input field': ['input A { b: Int }', 'input A { b: Int = 1 }'],
  'a scalar is specified otherwise': [
    'scalar Date @specifiedBy(url: "https://example.com/1")',
    'scalar Date @specifiedBy(url: "https://example.com/2")',
  ],
  'a field is deprecated without a reason': ['type A { b: Int }', 'type A { b: Int @deprecated }'],
  'a field is deprecated without a day': [
    'type A { b: Int c: Int }',
    'type A { b: Int c: Int @deprecated(reason: "Use b.") }',
  ],
  'a field is deprecated with nothing but a day': [
    'type A { b: Int c: Int }',
    'type A { b: Int c: Int @deprecated(reason: "until 2027-01-31") }',
  ],
  'a field is deprecated until a day that there is not': [
    'type A { b: Int c: Int }',
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2027-02-30.") }',
  ],
  'a field is deprecated until today': [
    'type A { b: Int c: Int }',
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2026-11-22.") }',
  ],
  'a field is to go earlier than was released': [
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2027-06-30.") }',
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2027-01-31.") }',
  ],
  'a deprecation loses its day': [
    'type A { b: Int c: Int @deprecated(reason: "Use b, until 2027-06-30.") }',
    'type A { b: Int c: Int @deprecated(reason: "Use b.") }',
  ],
  'the default of a directive of operations changes': [
    'directive @mask(with: String = "x") on FIELD',
    'directive @mask(with: String = "y") on FIELD',
  ],
});
