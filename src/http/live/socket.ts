import { randomUUID } from 'node:crypto';
import {
  MessageType,
  parseMessage,
  stringifyMessage,
  type ConnectionAckMessage,
  type ErrorMessage,
  type Message,
  type NextMessage,
  type SubscribeMessage,
} from 'graphql-ws';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { WebSocket } from 'ws';
import type { Cancel, Clock } from '../../clock/clock.ts';
import type { SessionWatch } from '../../context/session-watch.ts';
import { DomainError } from '../../errors/domain-error.ts';
import type { Operations } from '../../graphql/operations.ts';
import { areSafeVariables } from '../../graphql/safe-text.ts';
import { inBackground, type Log } from '../../log/log.ts';
import { closeCodes, type Closing } from './close-codes.ts';
import type { Connection } from './connections.ts';
import { createOutlet } from './outlet.ts';
import type { LiveSettings } from './settings.ts';

/** One client that speaks `graphql-transport-ws`. */
export interface LiveSocket extends Connection {
  /** To be called every second or so. */
  check(): void;
  /** The code with which this side has closed it; undefined where it did not. */
  closedWith(): number | undefined;
}

export interface SocketNeeds {
  readonly operations: Operations;
  readonly sessions: SessionWatch;
  /** Where it comes from. */
  readonly clientAddress: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: LiveSettings;
  /** Operations that one socket may have under way. */
  readonly maxOperations: number;
}

interface Running {
  readonly controller: AbortController;
  isStream: boolean;
  ended: Promise<void>;
}

/** Answers to a client's pings beside those to its operations. */
const spareTurns = 50;

/**
 * The protocol's messages are graphql-ws's. Its server is not used: it knows no way to stop a query, and lets an operation
 * that ends take the id from the next one.
 */
export function createSocket(ws: WebSocket, needs: SocketNeeds): LiveSocket {
  const { operations, sessions, clientAddress, clock, log, settings, maxOperations } = needs;
  const openedAt = clock.monotonic();
  const running = new Map<string, Running>();
  const outlet = createOutlet({
    ...{ ws, clock, settings },
    maxWaiting: maxOperations + spareTurns,
    onFlood: () => close('tooSlow'),
  });
  const closed = new Promise<void>((resolve) => ws.once('close', () => resolve()));
  let said: number | undefined;
  let authorization: string | undefined;
  let stage: 'new' | 'asked' | 'ready' | 'retiring' = 'new';
  let leave: Cancel = () => undefined;

  ws.on('error', (error) => log.debug({ err: error }, 'socket'));
  ws.on('message', (data: Buffer) => inBackground(log, 'a message of a socket', receive(data)));
  ws.once('close', () => {
    leave();
    for (const { controller } of running.values()) controller.abort();
  });

  function close(why: Closing): void {
    const { code, reason } = closeCodes[why];
    said ??= code;
    ws.close(code, reason);
  }

  const send = (message: Message) => outlet.send(stringifyMessage(message));

  async function receive(data: Buffer): Promise<void> {
    if (ws.readyState !== ws.OPEN) return;
    const message = read(data);
    if (message === undefined) {
      close('badMessage');
      return;
    }
    switch (message.type) {
      case MessageType.ConnectionInit:
        return initialise(message.payload ?? {});
      case MessageType.Ping:
        return answerPing(message.payload);
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return begin(message);
      case MessageType.Complete:
        running.get(message.id)?.controller.abort();
    }
  }

  /** What it carries is sent back, unless it is nested so deeply that writing it would fail. */
  async function answerPing(payload: Readonly<Record<string, unknown>> | undefined): Promise<void> {
    if (payload == null) await send({ type: MessageType.Pong });
    else if (areSafeVariables(payload)) await send({ type: MessageType.Pong, payload: { ...payload } });
    else close('badMessage');
  }

  async function initialise(params: Readonly<Record<string, unknown>>): Promise<void> {
    if (stage !== 'new') {
      close('initTwice');
      return;
    }
    stage = 'asked';
    try {
      authorization = authorizationIn(params);
      leave = await sessions.attend(authorization, () => close('unauthenticated'));
    } catch (error) {
      refuse(error);
      return;
    }
    if (ws.readyState !== ws.OPEN) leave();
    stage = 'ready';
    await send({ type: MessageType.ConnectionAck });
  }

  function refuse(error: unknown): void {
    const code = error instanceof DomainError ? error.code : undefined;
    if (code === 'UNAUTHENTICATED') close('unauthenticated');
    else if (code !== undefined) close('tryAgain');
    else {
      log.error({ err: error }, 'a socket could not be opened');
      close('fault');
    }
  }

  async function begin({ id, payload }: SubscribeMessage): Promise<void> {
    if (stage === 'new' || stage === 'asked') close('unauthenticated');
    else if (running.has(id)) close('idInUse');
    // Nobody answers it; when the socket closes, the client asks elsewhere.
    else if (stage === 'retiring') return;
    else if (running.size >= maxOperations) {
      const message = `At most ${maxOperations} operations at once on one connection.`;
      await fail(id, new DomainError('BAD_REQUEST', message));
    } else {
      const one: Running = { controller: new AbortController(), isStream: false, ended: Promise.resolve() };
      running.set(id, one);
      // From then on the id may be another's.
      const free = () => running.get(id) === one && running.delete(id);
      one.controller.signal.addEventListener('abort', free);
      one.ended = answer(id, payload, one).finally(free);
      await one.ended;
    }
  }

  async function answer(id: string, payload: SubscribeMessage['payload'], one: Running): Promise<void> {
    const gone = one.controller.signal;
    const requestId = randomUUID();
    const asker = { requestId, clientAddress, authorization, findSession: sessions.find, gone };
    try {
      const outcome = await operations.run(operationOf(payload), asker);
      if (outcome.kind === 'answer') await tell(id, outcome.answer, gone);
      else {
        one.isStream = true;
        gone.addEventListener('abort', () => void outcome.answers.return());
        for await (const each of outcome.answers) await tell(id, each, gone);
      }
      if (!gone.aborted) await send({ id, type: MessageType.Complete });
    } catch (error) {
      if (!gone.aborted) await fail(id, error, requestId);
    }
  }

  async function tell(id: string, answer: FormattedExecutionResult, gone: AbortSignal): Promise<void> {
    if (gone.aborted) return;
    if ('data' in answer) await send({ id, type: MessageType.Next, payload: answer });
    else throw new Refused(answer.errors ?? []);
  }

  async function fail(id: string, error: unknown, requestId: string = randomUUID()): Promise<void> {
    const code = error instanceof DomainError ? error.code : undefined;
    // The error would have to wait in the queue that is not read.
    if (code === 'TOO_SLOW') {
      close('tooSlow');
      return;
    }
    const payload = error instanceof Refused ? error.errors : operations.explain(error, requestId);
    await send({ id, type: MessageType.Error, payload });
    if (code === 'UNAUTHENTICATED') close('unauthenticated');
  }

  return {
    closedWith: () => said,
    check() {
      if (outlet.check() === 'stalled') close('tooSlow');
      else if (stage === 'new' && clock.monotonic() - openedAt >= settings.initTimeoutMs)
        close('initTimeout');
    },
    async retire() {
      stage = 'retiring';
      const all = [...running.values()];
      // Without a word to the client: a stream that is completed would not be taken up again elsewhere.
      for (const one of all) if (one.isStream) one.controller.abort();
      const questions = all.filter((one) => !one.isStream).map(({ ended }) => ended);
      await Promise.race([Promise.all(questions), closed]);
      close('goingAway');
      await closed;
    },
  };
}

/** A request that was refused before it was executed, formatted already. */
class Refused extends Error {
  readonly errors: readonly GraphQLFormattedError[];
  constructor(errors: readonly GraphQLFormattedError[]) {
    super('refused');
    this.errors = errors;
  }
}

type ServerMessage = ConnectionAckMessage | NextMessage | ErrorMessage;

function read(data: Buffer): Exclude<Message, ServerMessage> | undefined {
  try {
    const message = parseMessage(data.toString('utf8'));
    return isOfServer(message) ? undefined : message;
  } catch {
    return undefined;
  }
}

const typesOfServer: ReadonlySet<MessageType> = new Set([
  MessageType.ConnectionAck,
  MessageType.Next,
  MessageType.Error,
]);

const isOfServer = (message: Message): message is ServerMessage => typesOfServer.has(message.type);

/** Named `authorization`; as clients pass on whole headers, in any case. */
function authorizationIn(params: Readonly<Record<string, unknown>>): string | undefined {
  const name = Object.keys(params).find((key) => key.toLowerCase() === 'authorization');
  const value = name === undefined ? undefined : params[name];
  if (value === undefined || value === null) return undefined;
  // Anything but text is no token, and is refused as any other that is not one.
  return typeof value === 'string' ? value : 'malformed';
}

function operationOf(payload: SubscribeMessage['payload']) {
  const { query, operationName, variables, extensions } = payload;
  return {
    query,
    operationName: operationName ?? undefined,
    variables: variables ?? undefined,
    extensions: extensions ?? undefined,
    sent: { ...payload },
  };
}
