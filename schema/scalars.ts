import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { DateTimeResolver, EmailAddressResolver, PhoneNumberResolver, URLResolver } from 'graphql-scalars';

export const scalars = {
  DateTime: DateTimeResolver,
  EmailAddress: EmailAddressResolver,
  PhoneNumber: PhoneNumberResolver,
  URL: URLResolver,
  Decimal: textScalar(
    'Decimal',
    /^-?\d{1,30}(\.\d{1,10})?$/,
    'a decimal number in a string, such as "12.50"',
  ),
  Cursor: textScalar('Cursor', /^[A-Za-z0-9_-]{1,200}$/, 'a cursor that a connection has given out'),
};

/** A scalar whose values are strings of one form, on the wire and in the resolvers. */
function textScalar(name: string, form: RegExp, what: string): GraphQLScalarType<string, string> {
  function check(value: unknown): string {
    if (typeof value !== 'string' || !form.test(value)) throw new GraphQLError(`${name} must be ${what}.`);
    return value;
  }
  return new GraphQLScalarType<string, string>({
    name,
    serialize: check,
    parseValue: check,
    parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : undefined),
  });
}
