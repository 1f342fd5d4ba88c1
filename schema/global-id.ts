import { DomainError } from '../src/errors/domain-error.ts';

/** Raised when the form of ids changes; ids of older versions are then still understood. */
const version = '1';

/** Opaque to clients: base64url of `<version>:<type>:<id>`. */
export function toGlobalId(type: string, id: string): string {
  return Buffer.from(`${version}:${type}:${id}`).toString('base64url');
}

export interface GlobalId {
  readonly type: string;
  readonly id: string;
}

/** Throws `BAD_USER_INPUT` on anything that `toGlobalId` cannot have made. Ids are Postgres `bigint`s: 1 to 18 digits. */
export function fromGlobalId(globalId: string): GlobalId {
  const parts = /^1:([A-Z][A-Za-z]*):([1-9]\d{0,17})$/.exec(
    Buffer.from(globalId, 'base64url').toString('latin1'),
  );
  if (parts?.[1] === undefined || parts[2] === undefined || toGlobalId(parts[1], parts[2]) !== globalId) {
    throw new DomainError('BAD_USER_INPUT', 'This is not an id that the graph has given out.');
  }
  return { type: parts[1], id: parts[2] };
}

/** The id within `type`. Throws `BAD_USER_INPUT` when it is an id of another type. */
export function idOf(type: string, globalId: string): string {
  const decoded = fromGlobalId(globalId);
  if (decoded.type !== type)
    throw new DomainError('BAD_USER_INPUT', `This is the id of a ${decoded.type}, not of a ${type}.`);
  return decoded.id;
}
