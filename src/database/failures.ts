import { DomainError, unavailable } from '../errors/domain-error.ts';

/** SQLSTATE of a server's refusal, or Node's code of a failed socket; undefined for anything else. */
function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The name of the unique or check constraint that a statement ran into, if it did. */
export function violatedConstraint(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code !== '23505' && code !== '23514' && code !== '23503') return undefined;
  const constraint = error instanceof Error && 'constraint' in error ? error.constraint : undefined;
  return typeof constraint === 'string' ? constraint : undefined;
}

/** A row that lies in none of its table's partitions. */
export const isWithoutPartition = (error: unknown): boolean =>
  codeOf(error) === '23514' && violatedConstraint(error) === undefined;

/** An object of this name exists already. */
export const isDuplicate = (error: unknown): boolean => codeOf(error) === '42710';

/** Somebody else is using it: for a slot, another reader. */
export const isInUse = (error: unknown): boolean => codeOf(error) === '55006';

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);
/** Shutdown (57P0x), connection trouble (08…), no free slot (53300), a write that met a standby (25006). */
const serverCodes = /^(57P0[1-4]|08\w{3}|53300|25006)$/;
/** pg reports these three with a message only. */
const driverMessages =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error/;

/** COMMIT was sent and its answer lost: the work may have been done or not. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
}

/** Too many wait for the node's connections, or have waited too long. The node is well; it has no room. */
export class PoolFull extends Error {
  override readonly name = 'PoolFull';
  readonly hasWaited: boolean;

  constructor(hasWaited: boolean) {
    super(hasWaited ? 'no connection became free in time' : 'too many wait for a connection');
    this.hasWaited = hasWaited;
  }
}

/** The node does not answer its samples, or has another role than was thought; another one may be asked. */
export class NodeUnfit extends Error {
  override readonly name = 'NodeUnfit';
}

/** Whether `BEGIN READ WRITE` met a standby. */
export const isStandbyRefusal = (error: unknown): boolean => codeOf(error) === '0A000';

/** Whether the server ended the statement: it ran too long, or was cancelled. */
export const isTimeout = (error: unknown): boolean => codeOf(error) === '57014';

/** Whether the node, rather than the statement, is at fault, so that another node may be asked. */
export function isNodeFailure(error: unknown): boolean {
  if (error instanceof CommitUnknown) return true;
  const code = codeOf(error);
  if (code !== undefined && (socketCodes.has(code) || serverCodes.test(code))) return true;
  return error instanceof Error && driverMessages.test(error.message);
}

/** What the client may know of a failed statement; errors that it cannot have caused pass through unchanged. */
export function toPublicError(error: unknown): unknown {
  if (error instanceof PoolFull) {
    return new DomainError('UPSTREAM_UNAVAILABLE', 'The database has more to do than it can take on now.', {
      cause: error,
      details: { retryAfterSeconds: 1 },
    });
  }
  if (error instanceof NodeUnfit || isNodeFailure(error)) return unavailable('The database', error);
  switch (codeOf(error) ?? 'none') {
    case '57014':
      return new DomainError('TIMEOUT', 'The database took too long to answer.', { cause: error });
    case '40001':
    case '40P01':
    case '55P03':
      return new DomainError('CONFLICT', 'Someone else was changing the same thing; repeat the request.', {
        cause: error,
      });
    default:
      return error;
  }
}
