/** A problem of the machine or its set-up; the message is one line meant for the person who started the stack. */
export class StackProblem extends Error {
  override readonly name = 'StackProblem';
}

/** The `code` of a Node system error (`ENOENT`, `EEXIST`…), or undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What to print of an error: its message, or the value itself as text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
