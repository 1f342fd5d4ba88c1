import { DomainError } from '../src/errors/domain-error.ts';

/** Raised when the form of ids changes; ids of older versions are then still understood. */
const version = '1';

/** Types whose objects are named by two numbers, the one that they are part of first: `<chat>.<message>`. */
const twoPart: ReadonlySet<string> = new Set(['Message']);

const number = '[1-9]\\d{0,17}';
/** The code of a short link. */
const code = /^[A-Za-z0-9_-]{3,32}$/;
const onePartPattern = new RegExp(`^${number}$`);
const twoPartPattern = new RegExp(`^${number}\\.${number}$`);

/** Opaque to clients: base64url of `<version>:<type>:<id>`. */
export function toGlobalId(type: string, id: string): string {
  return Buffer.from(`${version}:${type}:${id}`).toString('base64url');
}

export interface GlobalId {
  readonly type: string;
  readonly id: string;
}

/**
 * Throws `BAD_USER_INPUT` on anything that `toGlobalId` cannot have made. Ids are Postgres `bigint`s, 1 to 18 digits; that of
 * a short link is its code.
 */
export function fromGlobalId(globalId: string): GlobalId {
  const [, type = '', id = ''] =
    /^1:([A-Z][A-Za-z]*):([\w.-]{1,37})$/.exec(Buffer.from(globalId, 'base64url').toString('latin1')) ?? [];
  if (!patternOf(type).test(id) || toGlobalId(type, id) !== globalId) {
    throw new DomainError('BAD_USER_INPUT', 'This is not an id that the graph has given out.');
  }
  return { type, id };
}

function patternOf(type: string): RegExp {
  if (type === 'ShortLink') return code;
  return twoPart.has(type) ? twoPartPattern : onePartPattern;
}

/** The id within `type`. Throws `BAD_USER_INPUT` when it is an id of another type. */
export function idOf(type: string, globalId: string): string {
  const decoded = fromGlobalId(globalId);
  if (decoded.type !== type)
    throw new DomainError('BAD_USER_INPUT', `This is the id of a ${decoded.type}, not of a ${type}.`);
  return decoded.id;
}

/** Both parts of an id within a type that has two. Throws as `idOf` does. */
export function partsOf(type: string, globalId: string): readonly [whole: string, part: string] {
  const [whole = '', part = ''] = idOf(type, globalId).split('.');
  return [whole, part];
}
