import type { Gateway } from '../../gateway.ts';
import { asShown, becameOf, type Became } from './books.ts';
import type { Doomed, Point } from './doomed.ts';
import { bought, type Purchase } from './purchase.ts';

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

/** A check-out through the doomed gateway, and what is left of it. */
export async function killOne(
  purchase: Purchase,
  doomed: Doomed,
  living: Gateway,
  key: string,
): Promise<Killed> {
  const { point } = doomed;
  await purchase.fill();
  // So that everything is cached that is about to change.
  await purchase.shown();
  await living.app.idle();
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
  const told = await purchase.checkOut(living.url, key).catch(() => undefined);
  const atLast = await compare();
  return {
    point,
    became: becameOf(before, after, bought),
    afterRepeat: becameOf(before, atLast, bought),
    isOrdered: told?.order?.status === 'PAID' && told.userErrors.length === 0,
    wronglyShown,
    booksInOrder: after.inOrder && atLast.inOrder,
  };
}
