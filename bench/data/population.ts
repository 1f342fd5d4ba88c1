/** What there is to ask for: rows by their place, from 0 on. Plain data, so that the load generator can be given it. */
export interface Population {
  readonly products: Span;
  /** A category has a product at every so many places. */
  readonly categories: number;
  /** A chat with messages, and the token of a member, by place. */
  readonly chats: readonly ChatSeat[];
  readonly links: Span;
  /** Products of each server's own, by its name, for traffic that writes: no server knows of another's writes. */
  readonly ownProducts: Readonly<Record<string, Span>>;
  readonly adminToken: string;
}

/** Rows whose keys follow each other. */
export interface Span {
  readonly firstId: string;
  readonly count: number;
}

export interface ChatSeat {
  readonly chatId: string;
  readonly token: string;
}

/** How much of everything. */
export interface Sizes {
  readonly products: number;
  readonly users: number;
  readonly links: number;
  readonly ownProducts: number;
}

/** Of every product, in euros' cents. */
export const firstPriceMinor = 1_000;

export const idAt = ({ firstId }: Span, place: number): string =>
  (BigInt(firstId) + BigInt(place)).toString();

export const categoryAt = (place: number): string => `category-${place}`;
