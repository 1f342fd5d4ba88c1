import type { Socket } from 'node:net';
import type { FaultMode } from './fault-mode.ts';

/** One direction of one connection. */
export interface FaultLane {
  /** Looks at the mode again: what was held may go on. */
  release(): void;
  /** Forgets what is held and its timer. */
  dispose(): void;
}

export interface FaultLaneOptions {
  readonly from: Socket;
  readonly to: Socket;
  readonly mode: () => FaultMode;
  /** How many bytes may still pass before `onCut`; Infinity for no limit. Asked before each piece, told after it. */
  readonly allowance: () => number;
  readonly onPassed: (bytes: number) => void;
  readonly onCut: () => void;
}

const MAX_HELD_BYTES = 1024 * 1024;

/** Carries bytes from one socket to the other, as late as the mode says and always in order. */
export function createFaultLane({ from, to, mode, allowance, onPassed, onCut }: FaultLaneOptions): FaultLane {
  const held: { readonly piece: Buffer; readonly dueAt: number }[] = [];
  let heldBytes = 0;
  let lastDueAt = 0;
  let ended = false;
  let timer: NodeJS.Timeout | undefined;

  const release = () => {
    clearTimeout(timer);
    if (mode().kind === 'black-hole') return;
    for (let first = held[0]; first; first = held[0]) {
      const waitMs = first.dueAt - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(release, waitMs);
        return;
      }
      held.shift();
      heldBytes -= first.piece.length;
      if (!carry(first.piece)) return;
    }
    from.resume();
    if (ended) to.end();
  };

  const carry = (piece: Buffer): boolean => {
    const allowed = allowance();
    if (piece.length < allowed) {
      to.write(piece);
      onPassed(piece.length);
      return true;
    }
    to.write(piece.subarray(0, allowed));
    onCut();
    return false;
  };

  from.on('data', (piece: Buffer) => {
    // Never before the piece that came earlier, however the jitter falls.
    lastDueAt = Math.max(lastDueAt, performance.now() + delayOf(mode()));
    held.push({ piece, dueAt: lastDueAt });
    heldBytes += piece.length;
    if (heldBytes > MAX_HELD_BYTES) from.pause();
    release();
  });
  from.on('end', () => {
    ended = true;
    release();
  });
  // Accepted sockets come paused, so that none of their bytes is lost before somebody listens.
  from.resume();
  return { release, dispose: () => clearTimeout(timer) };
}

function delayOf(mode: FaultMode): number {
  return mode.kind === 'latency' ? mode.delayMs + Math.random() * (mode.jitterMs ?? 0) : 0;
}
