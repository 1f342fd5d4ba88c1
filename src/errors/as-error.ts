/** What was thrown, which may be anything, as an error; what is none becomes the cause of one. Never throws. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(textOf(thrown), { cause: thrown });

/** An object without a prototype, or whose `toString` throws, has no text. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something without a text was thrown';
  }
}
