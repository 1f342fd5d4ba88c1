import type { ErrorCode } from './codes.ts';

/** A failure that the client may see as it stands: code and message leave the gateway, the cause never does. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  /** Further public facts, such as the seconds to wait. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: DomainErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

interface DomainErrorOptions {
  readonly cause?: unknown;
  readonly details?: Readonly<Record<string, unknown>>;
}

export const unavailable = (what: string, cause?: unknown): DomainError =>
  new DomainError('UPSTREAM_UNAVAILABLE', `${what} cannot be reached at the moment.`, { cause });
