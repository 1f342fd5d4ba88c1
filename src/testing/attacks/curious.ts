import { badInput, fragment, invalid, type Attack } from './attack.ts';

/** What is asked about the gateway itself. */
export const curious: readonly Attack[] = [
  invalid('introspection', '{ __schema { types { name fields { name } } } }'),
  invalid('introspection of a type', '{ __type(name: "User") { fields { name } } }'),
  invalid('introspection under another name', '{ a: __schema { b: queryType { name } } }'),
  invalid('introspection in a fragment', `{ ...F0 } ${fragment(0, '__schema { queryType { name } }')}`),
  invalid(
    'introspection beside something else',
    '{ __typename products { nodes { id } } __schema { __typename } }',
  ),
  invalid('introspection that is left out', '{ __typename __schema @skip(if: true) { __typename } }'),
  invalid(
    'introspection in a dry run',
    '{ rateLimit(dryRun: true) { cost } __schema { queryType { name } } }',
  ),
  {
    what: 'introspection in the operation that is not asked for',
    body: { query: 'query A { __typename } query B { __schema { __typename } }', operationName: 'A' },
    ...{ status: 400, code: 'GRAPHQL_VALIDATION_FAILED' },
  },
  invalid('a field nearly right', '{ produts { nodes { id } } }'),
  invalid('an argument nearly right', '{ products(frist: 1) { nodes { id } } }'),
  invalid('a type nearly right', '{ viewer { ... on Usr { id } } }'),
  invalid('a directive nearly right', '{ viewer @includ(if: true) { id } }'),
  badInput(
    'an enum value nearly right',
    'mutation ($i: ChangeUserRoleInput!) { changeUserRole(input: $i) { user { id } } }',
    { i: { userId: 'a', role: 'ADMINN' } },
  ),
  badInput(
    'an input field nearly right',
    'mutation ($i: StepUpInput!) { stepUp(input: $i) { session { id } } }',
    { i: { password: 'a', pasword: 'a' } },
  ),
];
