import { DomainError } from '../src/errors/domain-error.ts';
import type { Page, PageRequest } from '../src/store/page.ts';

/** Which page a client asks for. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export interface Connection<Item> {
  readonly edges: readonly { readonly cursor: string; readonly node: Item }[];
  readonly nodes: readonly Item[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const defaultFirst = 20;
const maxFirst = 100;
const largestKey = 2n ** 63n - 1n;

/** Throws `BAD_USER_INPUT` for a `first` outside 1 to 100 and for a cursor of another list. */
export function pageRequest({ first, after }: PageArguments, list: string): PageRequest {
  const limit = first ?? defaultFirst;
  if (limit < 1 || limit > maxFirst) {
    throw new DomainError('BAD_USER_INPUT', `\`first\` must be between 1 and ${maxFirst}, not ${limit}.`);
  }
  return { limit, after: after == null ? undefined : readCursor(after, list) };
}

/** Lays a page out as a Relay connection; `keyOf` gives the place of an item in the list's order. */
export function toConnection<Item>(
  page: Page<Item>,
  request: PageRequest,
  list: string,
  keyOf: (item: Item) => string,
): Connection<Item> {
  const edges = page.items.map((node) => ({ cursor: writeCursor(list, keyOf(node)), node }));
  return {
    edges,
    nodes: page.items,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: request.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function writeCursor(list: string, key: string): string {
  return Buffer.from(`${list}:${key}`).toString('base64url');
}

/** Keys are Postgres `bigint`s, as ids are. */
function readCursor(cursor: string, list: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const key = text.startsWith(`${list}:`) ? text.slice(list.length + 1) : '';
  if (!/^[1-9]\d{0,18}$/.test(key) || BigInt(key) > largestKey)
    throw new DomainError('BAD_USER_INPUT', '`after` is not a cursor of this list.');
  return key;
}
