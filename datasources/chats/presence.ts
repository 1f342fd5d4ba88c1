/** Whether a user is there. */
export interface Presence {
  readonly isOnline: boolean;
  readonly lastSeenAt: Date | null;
}
