/** What happens to the traffic between a client and a server. */
export type FaultMode =
  /** A good network. */
  | { readonly kind: 'pass' }
  /** Every piece arrives late, by `delayMs` and up to `jitterMs` more, in order and each way. */
  | { readonly kind: 'latency'; readonly delayMs: number; readonly jitterMs?: number }
  /**
   * Nothing arrives, not even the end of a connection; what was sent meanwhile arrives when the mode changes, as TCP
   * would send it again. New connections are taken (the kernel does that) and get no answer.
   */
  | { readonly kind: 'black-hole' }
  /** Every connection, present and new, is reset. */
  | { readonly kind: 'reset' }
  /** Each connection ends after this many more bytes from the server, in the middle of an answer. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** Present connections work; new ones wait until the mode changes, as behind a full accept queue. */
  | { readonly kind: 'pause-accept' }
  /** Present connections work; new ones are refused. */
  | { readonly kind: 'refuse' };

export const PASS: FaultMode = { kind: 'pass' };
