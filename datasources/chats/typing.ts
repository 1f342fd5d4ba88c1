/** Somebody begins to type. */
export interface Typing {
  readonly chatId: string;
  readonly userId: string;
  readonly until: Date;
}
