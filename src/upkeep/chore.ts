/**
 * Something to be done again and again for the whole house. A leader that is cut off may still be at it when the next one
 * begins: doing it twice at once, or once too often, must do no harm.
 */
export interface Chore {
  /** In the log and in the metrics. */
  readonly name: string;
  readonly everyMs: number;
  /** Resolves to how many things were done. */
  readonly run: () => Promise<number>;
}
