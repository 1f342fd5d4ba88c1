import type { Doomed, Point } from './doomed.ts';
import { asShown, becameOf, type Became, type Purchase } from './purchase.ts';

/** What was found after a kill. */
export interface Killed {
  readonly point: Point;
  /** Before anybody asked again. */
  readonly became: Became;
  /** After the same key was asked again, through a gateway that lives: seen from before the kill. */
  readonly afterRepeat: Became;
  /** Whether that answered with an order. */
  readonly isOrdered: boolean;
  /** Stocks and balance that the other gateway showed, unlike Postgres. */
  readonly wronglyShown: number;
  readonly booksInOrder: boolean;
}

/** A check-out through the doomed gateway, and what is left of it. `url` is of one that lives. */
export async function killOne(purchase: Purchase, doomed: Doomed, url: string, key: string): Promise<Killed> {
  const { point } = doomed;
  await purchase.fill();
  // So that the other gateway has everything cached that is about to change.
  await purchase.shown();
  const before = await purchase.look();
  let answer: unknown;
  const asking = purchase.checkOut(doomed.url, key).then(
    (told) => (answer = told),
    () => undefined,
  );
  await doomed.caught();
  doomed.kill();
  await asking;
  if (answer !== undefined) throw new Error(`the killed gateway has answered: ${JSON.stringify(answer)}`);
  await doomed.closeTraps();
  let wronglyShown = 0;
  const compare = async () => {
    const [shown, books] = [await purchase.shown(), await purchase.look()];
    if (shown !== asShown(books)) wronglyShown += 1;
    return books;
  };
  const after = await compare();
  const told = await purchase.checkOut(url, key).catch(() => undefined);
  const atLast = await compare();
  return {
    point,
    became: becameOf(before, after),
    afterRepeat: becameOf(before, atLast),
    isOrdered: told?.order?.status === 'PAID' && told.userErrors.length === 0,
    wronglyShown,
    booksInOrder: after.inOrder && atLast.inOrder,
  };
}
