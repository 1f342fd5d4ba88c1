/** Of sockets and event streams. */
export interface LiveSettings {
  /** Largest message that is taken from a client. */
  readonly maxPayloadBytes: number;
  /** Frames that one message may come in, and chunks of the network that one frame may: each is held on its own. */
  readonly maxFragments: number;
  readonly maxChunks: number;
  /** So much may be on its way to a client before it has confirmed what came earlier. */
  readonly windowBytes: number;
  /** A client that confirms nothing for so long has stalled or is gone. */
  readonly stalledAfterMs: number;
  /** A quiet client is asked whether it is there; also keeps proxies from closing. */
  readonly keepAliveMs: number;
  readonly initTimeoutMs: number;
  /** A closing handshake may take this long; then the connection is cut. */
  readonly closeTimeoutMs: number;
}

export const defaultLiveSettings: LiveSettings = {
  maxPayloadBytes: 65_536,
  maxFragments: 100,
  maxChunks: 1_000,
  windowBytes: 65_536,
  stalledAfterMs: 10_000,
  keepAliveMs: 15_000,
  initTimeoutMs: 3_000,
  closeTimeoutMs: 1_000,
};
