/** Something that is to reach somebody outside. */
export interface Outgoing {
  /** The same at each attempt, so that a receiver that remembers it can drop a repeat. */
  readonly id: string;
  /** Where to: what it is depends on the provider. */
  readonly to: string;
  readonly subject: string | null;
  readonly body: string;
}

/** A way out of the house. */
export interface Provider {
  /**
   * Resolves when the other side has accepted it. Rejects with `NotAccepted`; also when the signal is aborted, and then it
   * is not known whether it was accepted.
   */
  send(message: Outgoing, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Its message tells no address and no text, and so may be logged. */
export class NotAccepted extends Error {
  override readonly name = 'NotAccepted';
  /** The other side refuses this very message: another attempt would end the same way. */
  readonly isFinal: boolean;
  /** The other side's own words, which may hold an address: for the database, never for a log. */
  readonly detail: string;

  constructor(message: string, options: { readonly isFinal?: boolean; readonly detail?: string } = {}) {
    super(message);
    this.isFinal = options.isFinal ?? false;
    this.detail = options.detail ?? message;
  }
}
