import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';
import { DateTimeResolver, EmailAddressResolver } from 'graphql-scalars';

export const scalars = {
  DateTime: DateTimeResolver,
  EmailAddress: textScalar(
    'EmailAddress',
    // Longer ones cannot be delivered to, RFC 5321, and not be indexed either.
    (text) => text.length <= 254 && isAccepted(() => EmailAddressResolver.parseValue(text)),
    'an e-mail address of at most 254 characters',
  ),
  // The library's own form takes minutes on 40 digits and a letter: it backtracks without bound.
  PhoneNumber: textScalar(
    'PhoneNumber',
    (text) => /^\+[1-9]\d{6,14}$/.test(text),
    'a phone number with its country code, such as "+41791234567"',
  ),
  URL: new GraphQLScalarType<URL, string>({
    name: 'URL',
    // What is stored was checked when it came in.
    serialize: (value) => (value instanceof URL ? value.href : (value as string)),
    parseValue: readWebAddress,
    parseLiteral: (node) => readWebAddress(node.kind === Kind.STRING ? node.value : undefined),
  }),
  Decimal: textScalar(
    'Decimal',
    (text) => /^-?\d{1,30}(\.\d{1,10})?$/.test(text),
    'a decimal number in a string, such as "12.50"',
  ),
  Cursor: textScalar(
    'Cursor',
    (text) => /^[A-Za-z0-9_-]{1,200}$/.test(text),
    'a cursor that a connection has given out',
  ),
  LocalTime: textScalar(
    'LocalTime',
    (text) => /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text),
    'a time of day, such as "22:30"',
  ),
  TimeZone: textScalar('TimeZone', isTimeZone, 'an IANA time zone, such as "Europe/Zurich"'),
  StringMap: new GraphQLScalarType<StringMap, StringMap>({
    name: 'StringMap',
    serialize: readStringMap,
    parseValue: readStringMap,
    parseLiteral: (node, variables) => readStringMap(valueFromASTUntyped(node, variables)),
  }),
};

/** A scalar whose values are strings of one form, on the wire and in the resolvers. */
function textScalar(
  name: string,
  fits: (text: string) => boolean,
  what: string,
): GraphQLScalarType<string, string> {
  function check(value: unknown): string {
    if (typeof value !== 'string' || !fits(value)) throw new GraphQLError(`${name} must be ${what}.`);
    return value;
  }
  return new GraphQLScalarType<string, string>({
    name,
    serialize: check,
    parseValue: check,
    parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : undefined),
  });
}

function isAccepted(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

/** What browsers and mail programs can still follow. */
const maxUrlLength = 2_048;

/**
 * An address that is safe to put into a page: of the web, so that it can neither run script nor carry its own content,
 * and without a password that the page would give away. `new URL` alone trims, guesses slashes and takes any scheme.
 */
function readWebAddress(value: unknown): URL {
  if (typeof value === 'string' && value.length <= maxUrlLength && URL.canParse(value)) {
    const url = new URL(value);
    const isPlain = /^https?:\/\/[^\s\\\p{Cc}]+$/iu.test(value) && url.username === '' && url.password === '';
    // Percent-encoding makes it longer.
    if (isPlain && url.href.length <= maxUrlLength) return url;
  }
  throw new GraphQLError(
    `URL must be an absolute http or https address without a password, of at most ${maxUrlLength} characters.`,
  );
}

/** By a name: an offset such as `+01:00` knows nothing of summer. */
function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,60}$/.test(text)) return false;
  return isAccepted(() => new Intl.DateTimeFormat('en', { timeZone: text }));
}

export type StringMap = ReadonlyMap<string, string>;

/** A map, because names come from clients: `__proto__` is one like any other. */
function readStringMap(value: unknown): StringMap {
  if (value instanceof Map) return value as StringMap;
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
  if (entries === undefined || Array.isArray(value) || !entries.every(isPairOfStrings)) {
    throw new GraphQLError('StringMap must be an object whose values are strings.');
  }
  return new Map(entries);
}

const isPairOfStrings = (pair: [string, unknown]): pair is [string, string] => typeof pair[1] === 'string';
