/** Why a socket is closed. The codes from 4400 on are those of `graphql-transport-ws`; a client library knows which to retry. */
export const closeCodes = {
  goingAway: { code: 1001, reason: 'Going away', meaning: 'This gateway is stopping; connect again.' },
  protocolError: { code: 1002, reason: '', meaning: 'A frame is not one of WebSocket.' },
  notUtf8: { code: 1007, reason: '', meaning: 'A text is not UTF-8.' },
  inPieces: { code: 1008, reason: '', meaning: 'A message comes in too many pieces.' },
  tooLarge: { code: 1009, reason: '', meaning: 'A message is larger than 64 KiB.' },
  tooSlow: {
    code: 1013,
    reason: 'Too slow',
    meaning:
      'What was sent is not read, or a subscription fell too far behind; connect again, and subscribe from the last item seen.',
  },
  tryAgain: {
    code: 1013,
    reason: 'Try again later',
    meaning: 'The session could not be looked up; connect again.',
  },
  badMessage: {
    code: 4400,
    reason: 'Invalid message received',
    meaning: 'A message is not one of the protocol.',
  },
  unauthenticated: {
    code: 4401,
    reason: 'Unauthenticated',
    meaning:
      'The token is malformed, forged or expired, or its session has ended; sign in again. Also a `subscribe` before the connection was acknowledged.',
  },
  wrongProtocol: {
    code: 4406,
    reason: 'Subprotocol not acceptable',
    meaning: 'The subprotocol must be `graphql-transport-ws`.',
  },
  initTimeout: {
    code: 4408,
    reason: 'Connection initialisation timeout',
    meaning: 'No `connection_init` came within 3 s.',
  },
  idInUse: {
    code: 4409,
    reason: 'Subscriber already exists',
    meaning: 'An operation with this id is under way.',
  },
  initTwice: {
    code: 4429,
    reason: 'Too many initialisation requests',
    meaning: 'A second `connection_init` came.',
  },
  fault: { code: 4500, reason: 'Internal server error', meaning: 'Something failed on our side.' },
} as const;

export type Closing = keyof typeof closeCodes;

const known = new Set<number>(Object.values(closeCodes).map(({ code }) => code));

/** As a label: clients may send any code. */
export const labelOfCode = (code: number): string => (known.has(code) ? String(code) : 'other');
