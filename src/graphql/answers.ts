import type { FormattedExecutionResult } from 'graphql';

/** The answers of one subscription, to be asked for one at a time; nothing is read ahead. */
export type Answers = AsyncIterableIterator<FormattedExecutionResult, undefined> &
  Required<Pick<AsyncIterator<FormattedExecutionResult, undefined>, 'return'>>;

interface Needs {
  readonly source: AsyncIterator<unknown>;
  readonly answer: (event: unknown) => Promise<FormattedExecutionResult>;
  /** Called once, however it ends; `returning` is the source winding up. */
  readonly onEnd: (returning: Promise<unknown>) => void;
}

/**
 * Not an async generator, for its `return` would wait until the source has its next event, which may be never. This one
 * ends at once, whatever the source waits for.
 */
export function createAnswers({ source, answer, onEnd }: Needs): Answers {
  let ended = false;
  // Asked again after each wait; the compiler would take the first answer for the last.
  const isOver = () => ended;
  const done = { done: true, value: undefined } as const;

  function end(): void {
    if (isOver()) return;
    ended = true;
    onEnd(Promise.resolve(source.return?.()));
  }

  return {
    async next() {
      try {
        if (isOver()) return done;
        const event = await source.next();
        if (event.done !== true && !isOver()) {
          const value = await answer(event.value);
          if (!isOver()) return { done: false, value };
        }
        end();
        return done;
      } catch (error) {
        // After the end nobody asks why its last event failed.
        if (isOver()) return done;
        end();
        throw error;
      }
    },
    return() {
      end();
      return Promise.resolve(done);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
