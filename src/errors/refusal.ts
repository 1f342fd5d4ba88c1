/** Why a change was not made, for the user to read; becomes an item of `userErrors`. */
export interface Refusal<Code extends string> {
  readonly code: Code;
  readonly message: string;
  /** Path of the faulty field within the mutation's `input`; null when it is about the whole. */
  readonly field: readonly string[] | null;
}

/** What a change came to. A refusal is an answer, not a failure: nothing was written. */
export type Outcome<Value, Code extends string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusals: readonly Refusal<Code>[] };

export const done = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({
  ok: true,
  value,
});

export const refused = <Code extends string>(
  ...refusals: readonly Refusal<Code>[]
): { readonly ok: false; readonly refusals: readonly Refusal<Code>[] } => ({ ok: false, refusals });

/** A refusal about one field of the input. */
export const about = <Code extends string>(field: string, code: Code, message: string): Refusal<Code> => ({
  code,
  message,
  field: [field],
});

/** The refusals among checks that each give one or nothing. */
export function refusalsOf<Code extends string>(
  ...checks: readonly (Refusal<Code> | false | null | undefined)[]
): readonly Refusal<Code>[] {
  return checks.filter((check) => check !== false && check != null);
}
