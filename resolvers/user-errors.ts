import type { UserError, UserErrorCode } from '../schema/generated/resolvers.ts';
import type { Refusal } from '../src/errors/refusal.ts';

/** Refusals as `userErrors`: their fields are paths within the one argument `input`. */
export function toUserErrors(refusals: readonly Refusal<UserErrorCode>[]): readonly UserError[] {
  return refusals.map(({ code, message, field }) => ({
    code,
    message,
    field: field === null ? null : ['input', ...field],
  }));
}
