import type { Socket } from 'node:net';
import { waitUntil } from '../../../dev/processes/wait-until.ts';
import { createRelay, type Relay } from '../../servers/relay.ts';
import { createFrames, endsStatement, isAnswered, type Frame } from './frames.ts';

/** Where a transaction is held. */
export interface Place {
  /** Its statement, from 0 on; COMMIT is the last. */
  readonly at: number;
  /** Whether the server does it and nobody hears of it, or it does not arrive. */
  readonly done: boolean;
}

/** A proxy on 127.0.0.1 in front of Postgres that counts the statements of one transaction, and may hold it at one of them. */
export interface StatementTrap extends Relay {
  /** How many statements it had. */
  readonly counted: () => number;
  /** Resolves when it is held. */
  readonly caught: () => Promise<void>;
}

interface TrapOptions {
  readonly targetPort: number;
  /** In the text of its first statement. */
  readonly bait: string;
  /** Nowhere: it is counted only. */
  readonly place?: Place | undefined;
}

const caughtWithinMs = 20_000;

export async function createStatementTrap({ targetPort, bait, place }: TrapOptions): Promise<StatementTrap> {
  let statements = 0;
  let isCaught = false;

  function join(client: Socket, server: Socket): void {
    const frames = createFrames();
    /** Of the transaction; undefined outside of it. */
    let at: number | undefined;
    let isBetween = true;
    let isOver = false;
    let answer = Buffer.alloc(0);

    function follow(frame: Frame): void {
      if (at === undefined && frame.bytes.includes(bait)) at = -1;
      if (at !== undefined && isBetween && !isOver) statements = (at += 1) + 1;
      isBetween = endsStatement(frame);
      isOver = isOver || (at !== undefined && frame.bytes.includes('COMMIT;'));
      // What is held reaches nobody, and neither does anything behind it.
      if (isHeld()) isCaught = isCaught || isBetween;
      else server.write(frame.bytes);
    }
    const isHere = () => place !== undefined && at !== undefined && at >= place.at;
    const isHeld = () => isHere() && (place?.done === false || at !== place?.at);

    client.on('data', (piece) => {
      for (const frame of frames.push(piece)) follow(frame);
    });
    server.on('data', (piece) => {
      if (!isHere()) client.write(piece);
      else {
        answer = Buffer.concat([answer, piece]);
        isCaught = isCaught || isAnswered(answer);
      }
    });
  }

  return {
    ...(await createRelay({ targetPort, join })),
    counted: () => statements,
    async caught() {
      if (await waitUntil(() => isCaught, { everyMs: 1, timeoutMs: caughtWithinMs })) return;
      throw new Error(`nothing came into the trap at ${JSON.stringify(place)}`);
    },
  };
}
