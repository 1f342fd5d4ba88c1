/** A checked request for one page: at most `limit` items that come after the key `after`. */
export interface PageRequest {
  readonly limit: number;
  readonly after: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasNextPage: boolean;
}

/** A page from rows that were selected with `LIMIT limit + 1`: the one too many tells that there is more. */
export function pageOf<Item>(rows: readonly Item[], request: PageRequest): Page<Item> {
  return { items: rows.slice(0, request.limit), hasNextPage: rows.length > request.limit };
}
