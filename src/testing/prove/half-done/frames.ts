/** Cuts what a client sends to Postgres into messages, however it arrives. */
export interface Frames {
  /** The messages that are whole by now. */
  readonly push: (piece: Buffer) => readonly Frame[];
}

export interface Frame {
  /** The first byte as a letter; '' for the one that begins a connection. */
  readonly type: string;
  readonly bytes: Buffer;
}

export function createFrames(): Frames {
  let rest: Buffer = Buffer.alloc(0);
  let hasBegun = false;

  function next(): Frame | undefined {
    const headLength = hasBegun ? 5 : 4;
    if (rest.length < headLength) return undefined;
    const length = rest.readInt32BE(headLength - 4) + headLength - 4;
    if (rest.length < length) return undefined;
    const bytes = rest.subarray(0, length);
    rest = rest.subarray(length);
    const type = hasBegun ? String.fromCharCode(bytes[0] ?? 0) : '';
    hasBegun = true;
    return { type, bytes };
  }

  return {
    push(piece) {
      rest = Buffer.concat([rest, piece]);
      const frames: Frame[] = [];
      for (let frame = next(); frame !== undefined; frame = next()) frames.push(frame);
      return frames;
    },
  };
}

/** Sync or a simple query: upon these the server does what was asked, and answers. */
export const endsStatement = ({ type }: Frame): boolean => type === 'S' || type === 'Q';

/** Whether the server's answer to a statement is over: `ReadyForQuery` is its last message. */
export const isAnswered = (bytes: Buffer): boolean =>
  bytes.subarray(-6, -1).equals(Buffer.from([0x5a, 0, 0, 0, 5]));
