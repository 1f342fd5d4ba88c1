import type { Around } from '../../../overrides.ts';

/** For the control: what `@skip` and `@include` leave out is answered all the same. */
export const withoutConditions: Around['graphql'] =
  (own) =>
  ({ compile, ...needs }) =>
    own({
      ...needs,
      ...(compile && { compile: (operation, fragments) => compile(operation, fragments, {}) }),
    });
